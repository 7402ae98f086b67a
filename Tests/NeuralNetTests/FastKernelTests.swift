import NeuralNet
import Randomness
import Testing

/// The vector kernels against the naive formulas, over small shapes of every remainder of a block: the outputs,
/// and the gradients of layers that are linear.
@Suite struct FastKernelTests {
  @Test(arguments: 1...6, [1, 2, 3, 5])
  func convolutionsOfAllSmallShapesAgree(channels: Int, size: Int) throws {
    for (height, width) in [(5, 5), (6, 7), (9, 12)] {
      for (stride, padding) in [(1, 0), (1, 2), (2, 0), (2, 1), (3, 1)] {
        try compare(
          convolution(
            from: channels, to: 7 - channels, size, stride, padding, height: height, width: width))
      }
    }
  }

  /// More channels than the tallest block has rows, in both directions.
  @Test(arguments: [7, 8, 9, 13, 17], [1, 3])
  func convolutionsOfManyChannelsAgree(channels: Int, size: Int) throws {
    for (stride, padding) in [(1, 1), (2, 0)] {
      try compare(convolution(from: channels, to: 4, size, stride, padding, height: 4, width: 7))
      try compare(convolution(from: 3, to: channels, size, stride, padding, height: 4, width: 7))
    }
  }

  @Test(arguments: [1, 2, 15, 16, 17, 33, 113], [1, 4, 7, 8, 9, 13])
  func fullyConnectedLayersOfAllSmallShapesAgree(inputs: Int, outputs: Int) throws {
    try compare(
      Network(
        "two", input: [inputs],
        layers: [
          "front": FullyConnected(from: inputs, to: inputs),
          "fc": FullyConnected(from: inputs, to: outputs),
        ]))
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

  /// A convolution behind another one, so that somebody asks for the gradient of its input.
  private func convolution(
    from channels: Int, to outputs: Int, _ size: Int, _ stride: Int, _ padding: Int, height: Int,
    width: Int
  ) throws -> Network {
    try Network(
      "two", input: [1, height, width],
      layers: [
        "front": Convolution(from: 1, to: channels, size: 1),
        "conv": Convolution(
          from: channels, to: outputs, size: size, stride: stride, padding: padding),
      ])
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
    let expected = naiveLoss(network, parameters.values, samples)

    let zeros = Array(repeating: 0.0, count: network.outputShape.valueCount)
    let engine = Engine<Double>(network: network, loss: HalfSquaredError(), threads: 1)
    var gradient = Parameters<Double>(zerosFor: network)
    let found = engine.computeGradient(
      of: Array(0..<count)[...],
      from: ArraySource(inputs: samples, targets: samples.map { _ in zeros }), at: parameters,
      into: &gradient)
    #expect(abs(found.loss - expected) <= 1e-12 * max(1, abs(expected)), "\(network)")

    var single = Parameters<Float>(zerosFor: network)
    single.values = parameters.values.map(Float.init)
    var singleGradient = single
    let float = Engine<Float>(network: network, loss: HalfSquaredError(), threads: 1)
      .computeGradient(
        of: Array(0..<count)[...],
        from: ArraySource(
          inputs: samples.map { $0.map(Float.init) },
          targets: samples.map { _ in zeros.map(Float.init) }), at: single, into: &singleGradient)
    #expect(abs(float.loss - expected) <= 1e-5 * max(1, abs(expected)))

    guard network.nodes.allSatisfy({ $0.layer is Convolution || $0.layer is FullyConnected }) else {
      return
    }
    // In the parameters of one linear layer the loss is a parabola, whose slope is the exact difference of any
    // two points around it: along a random direction it feels every component of the gradient.
    for node in network.nodes {
      var (above, below) = (parameters.values, parameters.values)
      var (slope, singleSlope, length) = (0.0, 0.0, 0.0)
      for index in node.parameters {
        let step = generator.nextUniform(from: -1, to: 1)
        above[index] += step
        below[index] -= step
        slope += gradient.values[index] * step
        singleSlope += Double(singleGradient.values[index]) * step
        length += abs(gradient.values[index] * step)
      }
      let difference =
        (naiveLoss(network, above, samples) - naiveLoss(network, below, samples)) / 2
      #expect(abs(slope - difference) <= 1e-12 * max(1, length), "\(node.name) of \(network)")
      #expect(abs(singleSlope - difference) <= 1e-5 * max(1, length), "\(node.name) of \(network)")
    }
  }

  /// The mean loss of the samples, by the formulas.
  private func naiveLoss(_ network: Network, _ parameters: [Double], _ samples: [[Double]])
    -> Double
  {
    samples.map { NaiveNetwork.forward(network, parameters, $0).reduce(0) { $0 + $1 * $1 } / 2 }
      .reduce(0, +) / Double(samples.count)
  }
}
