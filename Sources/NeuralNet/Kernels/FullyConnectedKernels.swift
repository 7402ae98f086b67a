/// `y[o] = bias[o] + Σ weight[o, i] · x[i]`. Block rows are outputs; there is one column.
struct FullyConnectedForward<Scalar: LaneScalar>: BlockKernel {
  let input: UnsafePointer<Lanes<Scalar>>
  let inputs: Int
  let weights: UnsafePointer<Scalar>
  let biases: UnsafePointer<Scalar>
  let output: UnsafeMutablePointer<Lanes<Scalar>>

  @inline(__always)
  func run<let rows: Int, let columns: Int>(
    row: Int, column: Int, size: BlockSize<rows, columns>
  ) {
    var sums = InlineArray<rows, Lanes<Scalar>>(repeating: .zero)
    for j in 0..<rows { sums[j] = Lanes(repeating: biases[row + j]) }
    let weightRow = weights + row * inputs
    for index in 0..<inputs {
      let value = input[index]
      for j in 0..<rows {
        sums[j] = sums[j].addingProduct(value, Lanes(repeating: weightRow[j * inputs + index]))
      }
    }
    for j in 0..<rows { output[row + j] = sums[j] }
  }
}

/// `dx[i] = Σ weight[o, i] · dy[o]`. Block rows are inputs; there is one column.
struct FullyConnectedInputGradient<Scalar: LaneScalar>: BlockKernel {
  let outputGradient: UnsafePointer<Lanes<Scalar>>
  let outputs: Int
  let weights: UnsafePointer<Scalar>
  let inputs: Int
  let inputGradient: UnsafeMutablePointer<Lanes<Scalar>>

  @inline(__always)
  func run<let rows: Int, let columns: Int>(
    row: Int, column: Int, size: BlockSize<rows, columns>
  ) {
    var sums = InlineArray<rows, Lanes<Scalar>>(repeating: .zero)
    for output in 0..<outputs {
      let gradient = outputGradient[output]
      let weightRow = weights + output * inputs + row
      for j in 0..<rows {
        sums[j] = sums[j].addingProduct(gradient, Lanes(repeating: weightRow[j]))
      }
    }
    for j in 0..<rows { inputGradient[row + j] = sums[j] }
  }
}

/// `dw[o, i] = Σ dy[n, o] · x[n, i]` over the samples `n` of a batch, in their order.
///
/// Here the lanes are 16 inputs of one sample, because the sum runs over the samples. Block rows are
/// outputs, block columns are such vectors of inputs.
struct FullyConnectedWeightGradient<Scalar: LaneScalar>: BlockKernel {
  let contributions: UnsafePointer<Scalar>
  /// The distance from one group to the next, in scalars.
  let stride: Int
  let groups: Int
  let inputs: Int
  let gradient: UnsafeMutablePointer<Scalar>

  /// The vectors that hold the inputs of one sample; the last one is filled up with zeros.
  static func vectorsPerSample(inputs: Int) -> Int { (inputs + groupSize - 1) / groupSize }

  @inline(__always)
  func run<let rows: Int, let columns: Int>(
    row: Int, column: Int, size: BlockSize<rows, columns>
  ) {
    let vectors = Self.vectorsPerSample(inputs: inputs)
    var sums = Accumulators<Scalar, rows, columns>(repeating: .init(repeating: .zero))
    for group in 0..<groups {
      let samples = contributions + group * stride
      let source = UnsafeRawPointer(samples).assumingMemoryBound(to: Lanes<Scalar>.self) + column
      let outputGradient = samples + vectors * groupSize * groupSize + row * groupSize
      for sample in 0..<groupSize {
        for p in 0..<columns {
          let value = source[sample * vectors + p]
          for j in 0..<rows {
            let factor = Lanes(repeating: outputGradient[j * groupSize + sample])
            sums[j][p] = sums[j][p].addingProduct(value, factor)
          }
        }
      }
    }
    for j in 0..<rows {
      for p in 0..<columns {
        let first = (column + p) * groupSize
        let target = gradient + (row + j) * inputs + first
        withUnsafeBytes(of: sums[j][p]) { bytes in
          UnsafeMutableRawPointer(target).copyMemory(
            from: bytes.baseAddress.unsafelyUnwrapped,
            byteCount: min(groupSize, inputs - first) * MemoryLayout<Scalar>.stride)
        }
      }
    }
  }
}
