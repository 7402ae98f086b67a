// The three sums of a convolution: `Convolution.forward` runs the first, `Convolution.backward` the others.
//
// A pointer to `Lanes` holds one number of each of 16 samples at every place, a pointer to `Scalar` one number
// for all samples. All shapes are row-major, as in PyTorch.
// `Tests/NeuralNetTests/NaiveNetwork.swift` has the forward sum as six plain loops.

/// The sizes that the sums share. The input is the padded one.
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
  /// `P`.
  let padding: Int

  /// The weights of one output channel, `[inputChannels, size, size]` in a row.
  var weightsPerOutput: Int { inputChannels * size * size }
  var inputPlane: Int { inputHeight * inputWidth }
  var outputPlane: Int { outputHeight * outputWidth }
}

extension ConvolutionGeometry {
  /// `y[o, r, c] = bias[o] + Σ x[i, r·S + u, c·S + v] · w[o, i, u, v]`.
  ///
  /// Block rows are output channels, block columns are the columns of an output row.
  /// - Parameters:
  ///   - input: `x`, shape `[inputChannels, inputHeight, inputWidth]`.
  ///   - parameters: `w`, shape `[outputChannels, inputChannels, size, size]`, and the biases.
  ///   - packed: Memory for `w` as the blocks take it.
  ///   - output: `y`, shape `[outputChannels, outputHeight, outputWidth]`.
  @inline(__always)
  func computeOutput<Scalar: LaneScalar>(
    _ input: UnsafePointer<Lanes<Scalar>>, _ parameters: UnsafePointer<Scalar>,
    packed: UnsafeMutablePointer<Scalar>, into output: UnsafeMutablePointer<Lanes<Scalar>>
  ) {
    let block = RegisterBlock(
      rows: outputChannels, columns: outputWidth, for: StoredSums<Scalar>.self)
    let terms = weightsPerOutput
    block.pack(
      parameters, rows: outputChannels, rowStep: terms, parts: 1, partStep: 0, terms: terms,
      into: packed)
    for row in 0..<outputHeight {
      StoredSums(
        sums: WeightedSums(
          over: .init(inputChannels, weightStep: size * size, valueStep: inputPlane),
          .init(size, weightStep: size, valueStep: inputWidth),
          .init(size, weightStep: 1, valueStep: 1),
          weights: packed, .blocks(terms: terms),
          values: input + row * stride * inputWidth, columnStep: stride),
        start: parameters + outputChannels * weightsPerOutput,
        target: output + row * outputWidth, rowStep: outputPlane, columnStep: 1
      ).runBlocks(of: block, rows: 0..<outputChannels, columns: 0..<outputWidth)
    }
  }

  /// `dx[i, r, c] = Σ dy[o, (r + P - u)/S, (c + P - v)/S] · w[o, i, u, v]` over the `u` and `v` for which the
  /// divisions leave no rest and the position exists.
  ///
  /// Block rows are input channels, block columns are those of every `S`-th column that have the same taps.
  /// - Parameters:
  ///   - outputGradient: `dy`, shape `[outputChannels, outputHeight, outputWidth]`.
  ///   - weights: `w`, shape `[outputChannels, inputChannels, size, size]`.
  ///   - packed: Memory for `w` as the blocks take it.
  ///   - inputGradient: `dx`, shape `[inputChannels, height, width]`, without the padding.
  @inline(__always)
  func computeInputGradient<Scalar: LaneScalar>(
    _ outputGradient: UnsafePointer<Lanes<Scalar>>, _ weights: UnsafePointer<Scalar>,
    packed: UnsafeMutablePointer<Scalar>, into inputGradient: UnsafeMutablePointer<Lanes<Scalar>>
  ) {
    let (height, width) = (inputHeight - 2 * padding, inputWidth - 2 * padding)
    let rowTaps = (0..<height).map { self.taps(at: $0, outputs: outputHeight) }
    let columnTaps = (0..<width).map { self.taps(at: $0, outputs: outputWidth) }
    let runs = (0..<stride).flatMap { self.runs(of: columnTaps, from: $0) }
    let block = RegisterBlock(
      rows: inputChannels, columns: runs.map(\.count).max() ?? 1, for: StoredSums<Scalar>.self)
    let kernel = size * size
    let terms = outputChannels * kernel
    block.pack(
      weights, rows: inputChannels, rowStep: kernel, parts: outputChannels,
      partStep: weightsPerOutput, terms: kernel, into: packed)
    for (row, u) in rowTaps.enumerated() {
      for run in runs {
        let v = columnTaps[run.first]
        StoredSums(
          sums: WeightedSums(
            over: .init(outputChannels, weightStep: kernel, valueStep: outputPlane),
            .init(u.count, weightStep: stride * size, valueStep: -outputWidth),
            .init(v.count, weightStep: stride, valueStep: -1),
            weights: packed, .blocks(terms: terms), from: u.first * size + v.first,
            values: outputGradient + u.output * outputWidth + v.output, columnStep: 1),
          start: nil, target: inputGradient + row * width + run.first, rowStep: height * width,
          columnStep: stride
        ).runBlocks(of: block, rows: 0..<inputChannels, columns: 0..<run.count)
      }
    }
  }

  /// The taps by which outputs read one row, or one column, of the input: every `S`-th.
  private struct Taps {
    /// The first of them.
    let first: Int
    let count: Int
    /// The output that reads by the first tap; the one before it reads by the next tap.
    let output: Int
  }

  /// The taps that read the row, or column, at `position` of the input without padding.
  private func taps(at position: Int, outputs: Int) -> Taps {
    let used = (0..<size).filter { tap in
      let distance = position + padding - tap
      return distance >= 0 && distance % stride == 0 && distance / stride < outputs
    }
    let first = used.first ?? 0
    return Taps(first: first, count: used.count, output: (position + padding - first) / stride)
  }

  /// Cuts every `S`-th column from `start` on into runs of columns with the same taps.
  private func runs(of taps: [Taps], from start: Int) -> [(first: Int, count: Int)] {
    var runs: [(first: Int, count: Int)] = []
    for column in Swift.stride(from: start, to: taps.count, by: stride) {
      if let run = runs.last, taps[run.first].first == taps[column].first,
        taps[run.first].count == taps[column].count
      {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((column, 1))
      }
    }
    return runs
  }
}
