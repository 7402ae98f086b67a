// The three sums of a convolution: `Convolution.forward` runs the first, `Convolution.backward` the others.
//
// Each is written for a block of results that stay in registers, `rows` channels by `columns` columns or taps;
// `runBlocks` covers all results with such blocks. A pointer to `Lanes` holds one number of each of 16 samples
// at every place, a pointer to `Scalar` one number for all samples. All shapes are row-major, as in PyTorch.
// `Tests/NeuralNetTests/NaiveNetwork.swift` has the forward sum as six plain loops.

/// The sizes that the three kernels share. The input is the padded one.
struct ConvolutionGeometry {
  let inputChannels: Int
  let inputHeight: Int
  let inputWidth: Int
  let outputChannels: Int
  let outputHeight: Int
  let outputWidth: Int
  /// Rows and columns of a kernel, `K`.
  let size: Int
  /// `S`.
  let stride: Int

  /// The weights of one output channel, `[inputChannels, size, size]` in a row.
  var weightsPerOutput: Int { inputChannels * size * size }
}

/// `y[o, r, c] = bias[o] + Σ x[i, r·S + u, c·S + v] · w[o, i, u, v]` for one output row `r`.
///
/// Block rows are output channels, block columns are output columns.
struct ConvolutionForward<Scalar: LaneScalar>: BlockKernel {
  let geometry: ConvolutionGeometry
  /// `x`, shape `[inputChannels, inputHeight, inputWidth]`.
  let input: UnsafePointer<Lanes<Scalar>>
  /// `w`, shape `[outputChannels, inputChannels, size, size]`.
  let weights: UnsafePointer<Scalar>
  /// Shape `[outputChannels]`.
  let biases: UnsafePointer<Scalar>
  /// `y`, shape `[outputChannels, outputHeight, outputWidth]`.
  let output: UnsafeMutablePointer<Lanes<Scalar>>
  /// `r`.
  let outputRow: Int

  @inline(__always)
  func run<let rows: Int, let columns: Int>(
    row: Int, column: Int, size: BlockSize<rows, columns>
  ) {
    if geometry.stride == 1 {
      run(row: row, column: column, stride: 1, size: size)
    } else {
      run(row: row, column: column, stride: geometry.stride, size: size)
    }
  }

  @inline(__always)
  private func run<let rows: Int, let columns: Int>(
    row: Int, column: Int, stride: Int, size: BlockSize<rows, columns>
  ) {
    let taps = geometry.size
    var sums = Accumulators<Scalar, rows, columns>(repeating: .init(repeating: .zero))
    for j in 0..<rows {
      for p in 0..<columns { sums[j][p] = Lanes(repeating: biases[row + j]) }
    }
    for channel in 0..<geometry.inputChannels {
      for u in 0..<taps {
        let inputRow = channel * geometry.inputHeight + outputRow * stride + u
        // x[channel, outputRow·S + u, column·S...]
        let source = input + inputRow * geometry.inputWidth + column * stride
        // w[row, channel, u, 0...]; the next output channel's is `weightsPerOutput` further on.
        let weightRow =
          weights + row * geometry.weightsPerOutput + (channel * taps + u) * taps
        for v in 0..<taps {
          for p in 0..<columns {
            let value = source[v + p * stride]
            for j in 0..<rows {
              let weight = Lanes(repeating: weightRow[j * geometry.weightsPerOutput + v])
              sums[j][p] = sums[j][p].addingProduct(value, weight)
            }
          }
        }
      }
    }
    let plane = geometry.outputHeight * geometry.outputWidth
    // y[row, outputRow, column...]; the next output channel's is `plane` further on.
    let target = output + row * plane + outputRow * geometry.outputWidth + column
    for j in 0..<rows {
      for p in 0..<columns { target[j * plane + p] = sums[j][p] }
    }
  }
}

/// `dw[o, i, u, v] = Σ dy[o, r, c] · x[i, r·S + u, c·S + v]` over all positions `(r, c)`, each lane
/// for itself.
///
/// Block rows are output channels, block columns are the taps `v` of one kernel row `(i, u)`.
struct ConvolutionWeightGradient<Scalar: LaneScalar>: BlockKernel {
  let geometry: ConvolutionGeometry
  /// `x`, shape `[inputChannels, inputHeight, inputWidth]`.
  let input: UnsafePointer<Lanes<Scalar>>
  /// `dy`, shape `[outputChannels, outputHeight, outputWidth]`.
  let outputGradient: UnsafePointer<Lanes<Scalar>>
  /// `dw`, shape `[outputChannels, inputChannels, size, size]`.
  let weightGradient: UnsafeMutablePointer<Lanes<Scalar>>
  /// `i`.
  let inputChannel: Int
  /// `u`.
  let kernelRow: Int

  @inline(__always)
  func run<let rows: Int, let columns: Int>(
    row: Int, column: Int, size: BlockSize<rows, columns>
  ) {
    let plane = geometry.outputHeight * geometry.outputWidth
    let stride = geometry.stride
    var sums = Accumulators<Scalar, rows, columns>(repeating: .init(repeating: .zero))
    for r in 0..<geometry.outputHeight {
      let inputRow = inputChannel * geometry.inputHeight + r * stride + kernelRow
      // x[inputChannel, r·S + kernelRow, column...]
      let source = input + inputRow * geometry.inputWidth + column
      // dy[row, r, 0...]; the next output channel's is `plane` further on.
      let gradient = outputGradient + row * plane + r * geometry.outputWidth
      for c in 0..<geometry.outputWidth {
        for p in 0..<columns {
          let value = source[c * stride + p]
          for j in 0..<rows {
            sums[j][p] = sums[j][p].addingProduct(value, gradient[j * plane + c])
          }
        }
      }
    }
    let taps = geometry.size
    // dw[0, inputChannel, kernelRow, column...]
    let target = weightGradient + (inputChannel * taps + kernelRow) * taps + column
    for j in 0..<rows {
      for p in 0..<columns { target[(row + j) * geometry.weightsPerOutput + p] = sums[j][p] }
    }
  }
}

/// `dx[i, r, c] = Σ dy[o, (r - u)/S, (c - v)/S] · w[o, i, u, v]` for one input row `r`, over the `u`
/// and `v` for which the divisions leave no rest and the position exists.
///
/// Block rows are input channels, block columns are input columns. The columns of `dy` come spread by
/// the stride and padded by `size - 1` zeros on both sides, so that every `v` reads something.
struct ConvolutionInputGradient<Scalar: LaneScalar>: BlockKernel {
  let geometry: ConvolutionGeometry
  /// `dy` spread, shape `[outputChannels, outputHeight, spreadWidth]`.
  let spreadGradient: UnsafePointer<Lanes<Scalar>>
  /// `inputWidth + size - 1`.
  let spreadWidth: Int
  /// `w`, shape `[outputChannels, inputChannels, size, size]`.
  let weights: UnsafePointer<Scalar>
  /// `dx`, shape `[inputChannels, height, width]`, without the padding.
  let inputGradient: UnsafeMutablePointer<Lanes<Scalar>>
  /// `P`.
  let padding: Int
  /// `r`, without the padding.
  let inputRow: Int

  @inline(__always)
  func run<let rows: Int, let columns: Int>(
    row: Int, column: Int, size: BlockSize<rows, columns>
  ) {
    let taps = geometry.size
    let area = taps * taps
    // The taps `v` by which a column of the block reads a column of the output.
    let first = column + padding
    let lastOutput = (geometry.outputWidth - 1) * geometry.stride
    let usedTaps = max(0, first - lastOutput)..<max(0, min(taps, first + columns))
    var sums = Accumulators<Scalar, rows, columns>(repeating: .init(repeating: .zero))
    for channel in 0..<geometry.outputChannels {
      for u in 0..<taps {
        let spreadRow = inputRow + padding - u
        let gradientRow = spreadRow / geometry.stride
        guard spreadRow >= 0, gradientRow < geometry.outputHeight,
          gradientRow * geometry.stride == spreadRow
        else { continue }
        // Column `column + P + size - 1` of the spread row: the one that the tap 0 reads.
        let source =
          spreadGradient + (channel * geometry.outputHeight + gradientRow) * spreadWidth
          + first + taps - 1
        // w[channel, row, u, 0...]; the next input channel's is `area` further on.
        let weightRow = weights + channel * geometry.weightsPerOutput + row * area + u * taps
        for v in usedTaps {
          for p in 0..<columns {
            let value = source[p - v]
            for j in 0..<rows {
              let weight = Lanes(repeating: weightRow[j * area + v])
              sums[j][p] = sums[j][p].addingProduct(value, weight)
            }
          }
        }
      }
    }
    let height = geometry.inputHeight - 2 * padding
    let width = geometry.inputWidth - 2 * padding
    // dx[row, inputRow, column...]; the next input channel's is `height · width` further on.
    let target = inputGradient + (row * height + inputRow) * width + column
    for j in 0..<rows {
      for p in 0..<columns { target[j * height * width + p] = sums[j][p] }
    }
  }
}
