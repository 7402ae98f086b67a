import NeuralNet
import Randomness
import Testing

/// The gradient of every layer and loss, in Double, against central differences of the loss:
/// `(L(p + h) - L(p - h)) / 2h` with `h = 10⁻⁵`, whose own error is about 10⁻¹⁰.
@Suite struct GradientTests {
  private static let tolerance = 1e-6

  @Test(arguments: [1, 15, 16, 17, 33]) func convolutionAndPoolingAgree(samples: Int) throws {
    try check(
      Network(
        "small", input: [2, 9, 8],
        layers: [
          "conv1": Convolution(from: 2, to: 5, size: 3),
          "relu": Activation.relu,
          "pool": MaxPooling(size: 2),
          "conv2": Convolution(from: 5, to: 3, size: 2),
          "tanh": Activation.tanh,
          "flatten": Flatten(),
          "fc": FullyConnected(from: 12, to: 4),
        ]), loss: SoftmaxCrossEntropy(), samples: samples)
  }

  @Test(arguments: [1, 2, 3], [0, 1, 2])
  func stridesAndPaddingAgree(stride: Int, padding: Int) throws {
    let first = Convolution(from: 1, to: 2, size: 2, padding: padding)
    let second = Convolution(from: 2, to: 3, size: 3, stride: stride, padding: padding)
    let shapes = try #require(first.outputShape(for: [1, 7, 6]).flatMap(second.outputShape))
    try check(
      Network(
        "strided", input: [1, 7, 6],
        layers: [
          "conv1": first, "sigmoid": Activation.sigmoid, "conv2": second, "flatten": Flatten(),
          "fc": FullyConnected(from: shapes.valueCount, to: 2),
        ]), loss: HalfSquaredError(), samples: 3)
  }

  @Test(arguments: [1, 2, 3], [1, 2, 3])
  func poolingWindowsOfAnySizeAndStrideAgree(size: Int, stride: Int) throws {
    let pooling = MaxPooling(size: size, stride: stride)
    let shape = try #require(pooling.outputShape(for: [2, 6, 5]))
    try check(
      Network(
        "pooled", input: [1, 6, 5],
        layers: [
          "conv": Convolution(from: 1, to: 2, size: 1), "pool": pooling, "flatten": Flatten(),
          "fc": FullyConnected(from: shape.valueCount, to: 3),
        ]), loss: SoftmaxCrossEntropy(), samples: 4)
  }

  @Test(arguments: [1, 7, 16, 21, 40]) func layersOfAnyWidthAgree(width: Int) throws {
    try check(
      Network(
        "mlp", input: [width],
        layers: [
          "fc1": FullyConnected(from: width, to: 9), "relu": Activation.relu,
          "fc2": FullyConnected(from: 9, to: width), "sigmoid": Activation.sigmoid,
        ]), loss: HalfSquaredError(), samples: 19)
  }

  private func check(_ network: Network, loss: some Loss, samples: Int) throws {
    var generator = SeededGenerator(seed: 5)
    let source: ArraySource<Double> = randomSource(
      network, loss: loss, count: samples, using: &generator)
    let engine = Engine<Double>(network: network, loss: loss, threads: 2)
    var parameters: Parameters<Double> = Initialization.default.parameters(
      of: network, using: &generator)
    var gradient = Parameters<Double>(zerosFor: network)
    let all = Array(0..<samples)[...]
    _ = engine.computeGradient(of: all, from: source, at: parameters, into: &gradient)

    let step = 1e-5
    for slot in network.parameterSlots {
      for index in slot.range {
        let value = parameters.values[index]
        parameters.values[index] = value + step
        let above = engine.evaluate(all, from: source, at: parameters).loss
        parameters.values[index] = value - step
        let below = engine.evaluate(all, from: source, at: parameters).loss
        parameters.values[index] = value
        let difference = (above - below) / (2 * step)
        let error = abs(difference - gradient.values[index])
        #expect(
          error <= Self.tolerance * max(1, abs(difference)),
          "\(slot.name)[\(index - slot.range.lowerBound)]")
      }
    }
  }
}

/// Samples with values between -1 and 1, and targets that the loss can take.
func randomSource<Scalar: LaneScalar>(
  _ network: Network, loss: some Loss, count: Int, as scalar: Scalar.Type = Scalar.self,
  using generator: inout SeededGenerator
) -> ArraySource<Scalar> {
  let outputs = network.outputShape.valueCount
  return ArraySource(
    inputs: (0..<count).map { _ in
      (0..<network.inputShape.valueCount).map { _ in
        Scalar(generator.nextUniform(from: -1, to: 1))
      }
    },
    targets: (0..<count).map { _ in
      loss is SoftmaxCrossEntropy
        ? [Scalar(generator.nextIndex(below: outputs))]
        : (0..<outputs).map { _ in Scalar(generator.nextUnit()) }
    })
}
