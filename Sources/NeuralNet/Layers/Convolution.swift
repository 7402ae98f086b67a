/// A two-dimensional convolution (cross-correlation, as in PyTorch's `Conv2d`) with a square kernel:
/// `y[o, r, c] = bias[o] + Σ x[i, r·S + u - P, c·S + v - P] · weight[o, i, u, v]`.
///
/// An input of width `W` gives `floor((W - K + 2P) / S) + 1` columns; the same for rows.
public struct Convolution: Layer, Equatable {
  /// Channels of the input.
  public let inputChannels: Int
  /// Channels of the output, one kernel each.
  public let outputChannels: Int
  /// Rows and columns of the kernel, `K`.
  public let size: Int
  /// The step from one position to the next, `S`.
  public let stride: Int
  /// Zeros added on each side of the input, `P`.
  public let padding: Int

  /// Describes a convolution with `outputChannels` kernels of `inputChannels x size x size`.
  public init(
    from inputChannels: Int, to outputChannels: Int, size: Int, stride: Int = 1, padding: Int = 0
  ) {
    require(
      min(inputChannels, outputChannels, size, stride) > 0 && padding >= 0,
      "A convolution's channels, size and stride are positive, its padding is not negative.")
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.size = size
    self.stride = stride
    self.padding = padding
  }

  public var kind: String { "convolution" }

  public var expectedInput: String {
    "(\(inputChannels), height, width) of at least \(size) x \(size) with padding \(padding)"
  }

  public func outputShape(for inputShape: [Int]) -> [Int]? {
    guard inputShape.count == 3, inputShape[0] == inputChannels else { return nil }
    let sides = inputShape[1...].map { $0 + 2 * padding - size }
    guard sides.allSatisfy({ $0 >= 0 }) else { return nil }
    return [outputChannels] + sides.map { $0 / stride + 1 }
  }

  public var weight: ParameterShape? {
    ParameterShape(
      shape: [outputChannels, inputChannels, size, size],
      fanIn: inputChannels * size * size, fanOut: outputChannels * size * size)
  }

  public var bias: ParameterShape? {
    ParameterShape(
      shape: [outputChannels],
      fanIn: inputChannels * size * size, fanOut: outputChannels * size * size)
  }

  public func multiplyAccumulates(inputShape: [Int]) -> Int {
    let geometry = geometry(inputShape)
    return geometry.outputHeight * geometry.outputWidth * outputChannels
      * geometry.weightsPerOutput
  }

  private func geometry(_ inputShape: [Int]) -> ConvolutionGeometry {
    let height = inputShape[1] + 2 * padding
    let width = inputShape[2] + 2 * padding
    return ConvolutionGeometry(
      inputChannels: inputChannels, inputHeight: height, inputWidth: width,
      outputChannels: outputChannels, outputHeight: (height - size) / stride + 1,
      outputWidth: (width - size) / stride + 1, size: size, stride: stride)
  }

  // MARK: Forward and backward; the sums themselves are in ConvolutionKernels.swift.

  /// `y[o, r, c] = bias[o] + Σ x[i, r·S + u - P, c·S + v - P] · w[o, i, u, v]`, an output row at a time.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    let geometry = geometry(pass.inputShape)
    if padding > 0 { pad(pass) }
    for row in 0..<geometry.outputHeight {
      ConvolutionForward(
        geometry: geometry, input: paddedInput(pass), weights: pass.parameters,
        biases: pass.parameters + outputChannels * geometry.weightsPerOutput,
        output: pass.output, outputRow: row
      ).runBlocks(rows: 0..<outputChannels, columns: 0..<geometry.outputWidth)
    }
  }

  /// `dw[o, i, u, v] = Σ dy[o, r, c] · x[i, r·S + u - P, c·S + v - P]` and `db[o] = Σ dy[o, r, c]`, which are
  /// left as a partial gradient for each lane, and `dx[i, r, c] = Σ dy[o, (r + P - u)/S, (c + P - v)/S] ·
  /// w[o, i, u, v]` where the divisions leave no rest.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    let geometry = geometry(pass.inputShape)
    // dw, shape [outputChannels, inputChannels, size, size], and then db, shape [outputChannels].
    let lanes = pass.partialGradientLanes
    for channel in 0..<inputChannels {
      for kernelRow in 0..<size {
        ConvolutionWeightGradient(
          geometry: geometry, input: paddedInput(pass), outputGradient: pass.outputGradient,
          weightGradient: lanes, inputChannel: channel, kernelRow: kernelRow
        ).runBlocks(rows: 0..<outputChannels, columns: 0..<size)
      }
    }
    sumRows(
      of: pass.outputGradient, rows: outputChannels,
      columns: geometry.outputHeight * geometry.outputWidth,
      into: lanes + outputChannels * geometry.weightsPerOutput)

    guard let inputGradient = pass.inputGradient else { return }
    // Shape [outputChannels, outputHeight, spreadWidth].
    let spreadGradient = pass.scratch + paddedCount(geometry)
    spread(pass.outputGradient, geometry: geometry, into: spreadGradient)
    let width = pass.inputShape[2]
    // Near the edges few taps reach the output: narrow blocks leave out more of the others.
    let edge = min(size - 1, width / 2)
    for row in 0..<pass.inputShape[1] {
      let kernel = ConvolutionInputGradient(
        geometry: geometry, spreadGradient: spreadGradient, spreadWidth: spreadWidth(geometry),
        weights: pass.parameters, inputGradient: inputGradient, padding: padding, inputRow: row)
      kernel.runBlocks(rows: 0..<inputChannels, columns: 0..<edge, widest: 2)
      kernel.runBlocks(rows: 0..<inputChannels, columns: edge..<width - edge)
      kernel.runBlocks(rows: 0..<inputChannels, columns: width - edge..<width, widest: 2)
    }
  }

  /// A vector for each weight, shape `[outputChannels, inputChannels, size, size]`, and each bias: the lanes
  /// are summed once a batch.
  public func partialGradientCount(inputShape: [Int]) -> Int {
    outputChannels * (inputChannels * size * size + 1) * groupSize
  }

  public var gradientRows: Int { outputChannels }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func sumPartialGradients<Scalar: LaneScalar>(_ sum: PartialGradientSum<Scalar>) {
    let rowLength = inputChannels * size * size
    let weights = sum.rows.lowerBound * rowLength..<sum.rows.upperBound * rowLength
    let biases =
      outputChannels * rowLength + sum.rows.lowerBound..<outputChannels * rowLength
      + sum.rows.upperBound
    for range in [weights, biases] {
      let total = sum.lanes(ofGroup: 0)
      for group in 1..<max(1, sum.groups) {
        let lanes = sum.lanes(ofGroup: group)
        for index in range { total[index] += lanes[index] }
      }
      sumLanes(
        of: total + range.lowerBound, count: range.count, into: sum.gradient + range.lowerBound)
    }
  }

  // MARK: Scratch memory

  /// The padded input, if there is padding, then the spread gradient of the output. The zeros of both
  /// are never written over.
  public func scratchCount(inputShape: [Int]) -> Int {
    let geometry = geometry(inputShape)
    return paddedCount(geometry)
      + outputChannels * geometry.outputHeight * spreadWidth(geometry)
  }

  private func paddedCount(_ geometry: ConvolutionGeometry) -> Int {
    padding > 0 ? inputChannels * geometry.inputHeight * geometry.inputWidth : 0
  }

  /// Wide enough for every column of the padded input to read `size` columns back.
  private func spreadWidth(_ geometry: ConvolutionGeometry) -> Int {
    geometry.inputWidth + size - 1
  }

  /// Shape `[inputChannels, height + 2P, width + 2P]`.
  private func paddedInput<Scalar>(_ pass: LayerPass<Scalar>) -> UnsafePointer<Lanes<Scalar>> {
    UnsafePointer(padding > 0 ? pass.scratch : pass.input)
  }

  /// Copies `pass.input`, shape `[inputChannels, height, width]`, into the middle of the padded input.
  @inline(__always)
  private func pad<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    let (height, width) = (pass.inputShape[1], pass.inputShape[2])
    let (paddedHeight, paddedWidth) = (height + 2 * padding, width + 2 * padding)
    for channel in 0..<inputChannels {
      for row in 0..<height {
        let target = (channel * paddedHeight + row + padding) * paddedWidth + padding
        (pass.scratch + target)
          .update(from: pass.input + (channel * height + row) * width, count: width)
      }
    }
  }

  /// Spreads the columns of the output gradient, shape `[outputChannels, outputHeight, outputWidth]`, by the
  /// stride, between `size - 1` zeros: shape `[outputChannels, outputHeight, spreadWidth]`.
  @inline(__always)
  private func spread<Scalar: LaneScalar>(
    _ outputGradient: UnsafePointer<Lanes<Scalar>>, geometry: ConvolutionGeometry,
    into target: UnsafeMutablePointer<Lanes<Scalar>>
  ) {
    let spreadWidth = spreadWidth(geometry)
    let rowCount = outputChannels * geometry.outputHeight
    for row in 0..<rowCount {
      for column in 0..<geometry.outputWidth {
        target[row * spreadWidth + size - 1 + column * stride] =
          outputGradient[row * geometry.outputWidth + column]
      }
    }
  }
}
