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
      outputWidth: (width - size) / stride + 1, size: size, stride: stride,
      padding: padding)
  }

  // MARK: Forward and backward; the sums themselves are in ConvolutionKernels.swift.

  /// `y[o, r, c] = bias[o] + Σ x[i, r·S + u - P, c·S + v - P] · w[o, i, u, v]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    if padding > 0 { pad(pass) }
    let geometry = geometry(pass.inputShape)
    geometry.computeOutput(
      paddedInput(pass), pass.parameters, packed: packed(pass, geometry), into: pass.output)
  }

  /// `dw[o, i, u, v] = Σ dy[o, r, c] · x[i, r·S + u - P, c·S + v - P]` and `db[o] = Σ dy[o, r, c]`, which are
  /// left as the group's partial gradient, and `dx[i, r, c] = Σ dy[o, (r + P - u)/S, (c + P - v)/S] ·
  /// w[o, i, u, v]` where the divisions leave no rest.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    let geometry = geometry(pass.inputShape)
    let lanes = pass.scratch + paddedCount(geometry)
    geometry.computeWeightGradient(
      paddedInput(pass), pass.outputGradient, lanes: lanes, into: pass.partialGradient)
    sumRows(
      of: pass.outputGradient, rows: outputChannels, columns: geometry.outputPlane, into: lanes)
    sumLanes(
      of: lanes, count: outputChannels,
      into: pass.partialGradient + outputChannels * geometry.weightsPerOutput)

    guard let inputGradient = pass.inputGradient else { return }
    geometry.computeInputGradient(
      pass.outputGradient, pass.parameters, packed: packed(pass, geometry), into: inputGradient)
  }

  /// A number for each weight, shape `[outputChannels, inputChannels, size, size]`, and each bias.
  public func partialGradientCount(inputShape: [Int]) -> Int {
    outputChannels * (inputChannels * size * size + 1)
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
      for index in range { sum.gradient[index] = sum.partialGradients[index] }
      for group in 1..<max(1, sum.groups) {
        let partial = sum.partialGradients + group * sum.stride
        for index in range { sum.gradient[index] += partial[index] }
      }
    }
  }

  // MARK: Scratch memory

  /// The padded input, if there is padding, whose zeros are never written over, then one after the other: the
  /// packed weights; the gradients of the weights of a block of output channels, for each lane; those of all
  /// biases.
  public func scratchCount(inputShape: [Int]) -> Int {
    let geometry = geometry(inputShape)
    return paddedCount(geometry)
      + max(
        min(RegisterBlock.mostRows, outputChannels) * geometry.weightsPerOutput, outputChannels,
        (outputChannels * geometry.weightsPerOutput).dividedUp(by: groupSize))
  }

  private func paddedCount(_ geometry: ConvolutionGeometry) -> Int {
    padding > 0 ? inputChannels * geometry.inputPlane : 0
  }

  /// Room for the weights, in the order in which the sums take them.
  private func packed<Scalar>(
    _ pass: LayerPass<Scalar>, _ geometry: ConvolutionGeometry
  ) -> UnsafeMutablePointer<Scalar> {
    UnsafeMutableRawPointer(pass.scratch + paddedCount(geometry))
      .assumingMemoryBound(to: Scalar.self)
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
}
