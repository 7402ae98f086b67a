/// A fully connected layer, PyTorch's `Linear`: `y[o] = bias[o] + Σ weight[o, i] · x[i]`.
///
/// It takes `[inputs]` and gives `[outputs]`; the weight has shape `[outputs, inputs]`.
public struct FullyConnected: Layer, Equatable {
  /// The number of input features.
  public let inputs: Int
  /// The number of output features.
  public let outputs: Int

  /// Describes a layer with an `outputs x inputs` weight matrix.
  public init(from inputs: Int, to outputs: Int) {
    require(min(inputs, outputs) > 0, "A layer's inputs and outputs are positive numbers.")
    self.inputs = inputs
    self.outputs = outputs
  }

  public var kind: String { "fully_connected" }

  public var expectedInput: String { "(\(inputs),)" }

  public func outputShape(for inputShape: [Int]) -> [Int]? {
    inputShape == [inputs] ? [outputs] : nil
  }

  public var weight: ParameterShape? {
    ParameterShape(shape: [outputs, inputs], fanIn: inputs, fanOut: outputs)
  }

  public var bias: ParameterShape? {
    ParameterShape(shape: [outputs], fanIn: inputs, fanOut: outputs)
  }

  public func multiplyAccumulates(inputShape: [Int]) -> Int { inputs * outputs }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    FullyConnectedForward(
      input: pass.input, inputs: inputs, weights: pass.parameters,
      biases: pass.parameters + outputs * inputs, output: pass.output
    ).runBlocks(rows: 0..<outputs, columns: 0..<1)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    let width = vectorsPerSample * groupSize
    let samples = pass.partialGradient
    transposeToSamples(pass.input, count: inputs, width: width, into: samples)
    (pass.partialGradientLanes + width).update(from: pass.outputGradient, count: outputs)

    guard let inputGradient = pass.inputGradient else { return }
    FullyConnectedInputGradient(
      outputGradient: pass.outputGradient, outputs: outputs, weights: pass.parameters,
      inputs: inputs, inputGradient: inputGradient
    ).runBlocks(rows: 0..<inputs, columns: 0..<1)
  }

  /// The group's inputs, sample by sample, then the gradient of its outputs, lane by lane.
  public func partialGradientCount(inputShape: [Int]) -> Int {
    (vectorsPerSample * groupSize + outputs) * groupSize
  }

  public var gradientRows: Int { outputs }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sumPartialGradients<Scalar: LaneScalar>(_ sum: PartialGradientSum<Scalar>) {
    FullyConnectedWeightGradient(
      partialGradients: sum.partialGradients, stride: sum.stride, groups: sum.groups,
      inputs: inputs,
      gradient: sum.gradient
    ).runBlocks(rows: sum.rows, columns: 0..<vectorsPerSample)
    let outputGradients = vectorsPerSample * groupSize
    for row in sum.rows {
      var total = Lanes<Scalar>.zero
      for group in 0..<sum.groups { total += sum.lanes(ofGroup: group)[outputGradients + row] }
      sum.gradient[outputs * inputs + row] = total.laneSum
    }
  }

  private var vectorsPerSample: Int {
    FullyConnectedWeightGradient<Float>.vectorsPerSample(inputs: inputs)
  }

  /// `samples[n, i] = lane n of lanes[i]`, in rows of `width` scalars that end in zeros.
  @inline(__always)
  private func transposeToSamples<Scalar: LaneScalar>(
    _ lanes: UnsafePointer<Lanes<Scalar>>, count: Int, width: Int,
    into samples: UnsafeMutablePointer<Scalar>
  ) {
    let source = UnsafeRawPointer(lanes).assumingMemoryBound(to: Scalar.self)
    for sample in 0..<groupSize {
      let row = samples + sample * width
      for index in 0..<count { row[index] = source[index * groupSize + sample] }
      for index in count..<width { row[index] = .zero }
    }
  }
}

/// `y[o] = bias[o] + Σ weight[o, i] · x[i]`. Block rows are outputs; there is one column.
struct FullyConnectedForward<Scalar: LaneScalar>: BlockKernel {
  /// `x`, shape `[inputs]`.
  let input: UnsafePointer<Lanes<Scalar>>
  let inputs: Int
  /// Shape `[outputs, inputs]`.
  let weights: UnsafePointer<Scalar>
  /// Shape `[outputs]`.
  let biases: UnsafePointer<Scalar>
  /// `y`, shape `[outputs]`.
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
  /// `dy`, shape `[outputs]`.
  let outputGradient: UnsafePointer<Lanes<Scalar>>
  let outputs: Int
  /// Shape `[outputs, inputs]`.
  let weights: UnsafePointer<Scalar>
  let inputs: Int
  /// `dx`, shape `[inputs]`.
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
  /// Of each group, its inputs, shape `[groupSize, vectorsPerSample · groupSize]`, and the gradients of its
  /// outputs, shape `[outputs, groupSize]`.
  let partialGradients: UnsafePointer<Scalar>
  /// The distance from one group to the next, in scalars.
  let stride: Int
  let groups: Int
  let inputs: Int
  /// `dw`, shape `[outputs, inputs]`.
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
      let samples = partialGradients + group * stride
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
