import NeuralNet
import Randomness
import Testing

/// The vector kernels against the naive formulas, over small shapes of every remainder of a block.
@Suite struct FastKernelTests {
  @Test(arguments: 1...6, [1, 2, 3, 5])
  func convolutionsOfAllSmallShapesAgree(channels: Int, size: Int) throws {
    for (height, width) in [(5, 5), (6, 7), (9, 12)] {
      for (stride, padding) in [(1, 0), (1, 2), (2, 0), (2, 1), (3, 1)] {
        let layer = Convolution(
          from: channels, to: 7 - channels, size: size, stride: stride, padding: padding)
        try compare(Network("one", input: [channels, height, width], layers: ["conv": layer]))
      }
    }
  }

  @Test(arguments: [1, 2, 15, 16, 17, 33], [1, 4, 7, 8, 9, 13])
  func fullyConnectedLayersOfAllSmallShapesAgree(inputs: Int, outputs: Int) throws {
    try compare(
      Network("one", input: [inputs], layers: ["fc": FullyConnected(from: inputs, to: outputs)]))
  }

  @Test(arguments: [1, 2, 3], [1, 2, 3])
  func poolingOfAllSmallWindowsAgrees(size: Int, stride: Int) throws {
    for (height, width) in [(3, 3), (4, 6), (7, 5)] {
      try compare(
        Network(
          "two", input: [2, height, width],
          layers: [
            "conv": Convolution(from: 2, to: 2, size: 1),
            "pool": MaxPooling(size: size, stride: stride),
          ]))
    }
  }

  @Test(arguments: Activation.allCases, [1, 16, 17])
  func activationsOfAnyWidthAgree(activation: Activation, width: Int) throws {
    try compare(
      Network(
        "three", input: [width],
        layers: [
          "fc": FullyConnected(from: width, to: 5), "activation": activation, "flatten": Flatten(),
        ]))
  }

  @Test func leNetAgrees() throws {
    try compare(Network.leNet5())
  }

  /// Half the squared error to targets of zero is `½ Σ y²`: one number that feels every output.
  private func compare(_ network: Network) throws {
    var generator = SeededGenerator(seed: 2)
    let count = 3
    let samples = (0..<count).map { _ in
      (0..<network.inputShape.valueCount).map { _ in generator.nextUniform(from: -1, to: 1) }
    }
    let parameters: Parameters<Double> = Initialization.default.parameters(
      of: network, using: &generator)
    let outputs = samples.map { NaiveNetwork.forward(network, parameters.values, $0) }
    let expected = outputs.map { $0.reduce(0) { $0 + $1 * $1 } / 2 }.reduce(0, +)

    let zeros = Array(repeating: 0.0, count: network.outputShape.valueCount)
    let engine = Engine<Double>(network: network, loss: HalfSquaredError(), threads: 1)
    let found = engine.evaluate(
      Array(0..<count)[...],
      from: ArraySource(inputs: samples, targets: samples.map { _ in zeros }), at: parameters)
    #expect(abs(found.lossSum - expected) <= 1e-12 * max(1, abs(expected)), "\(network)")

    var single = Parameters<Float>(zerosFor: network)
    single.values = parameters.values.map(Float.init)
    let float = Engine<Float>(network: network, loss: HalfSquaredError(), threads: 1).evaluate(
      Array(0..<count)[...],
      from: ArraySource(
        inputs: samples.map { $0.map(Float.init) },
        targets: samples.map { _ in zeros.map(Float.init) }), at: single)
    #expect(abs(float.lossSum - expected) <= 1e-5 * max(1, abs(expected)))
  }
}
