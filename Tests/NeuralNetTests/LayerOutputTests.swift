import NeuralNet
import Randomness
import Testing

@Suite struct LayerOutputTests {
  /// Each output follows from the one before it, so that a layer's input can be looked at too.
  @Test(arguments: [1, 16, 17]) func everyLayerKeepsItsOutput(samples: Int) throws {
    let network = try Network(
      "small", input: [2, 6, 6],
      layers: [
        "conv": Convolution(from: 2, to: 3, size: 3), "relu": Activation.relu,
        "pool": MaxPooling(size: 2), "flatten": Flatten(), "fc": FullyConnected(from: 12, to: 4),
      ])
    var generator = SeededGenerator(seed: 9)
    let source: ArraySource<Double> = randomSource(
      network, loss: SoftmaxCrossEntropy(), count: samples, using: &generator)
    let parameters: Parameters<Double> = Initialization.default.parameters(
      of: network, using: &generator)
    let outputs = Engine<Double>(network: network, loss: SoftmaxCrossEntropy(), threads: 1)
      .layerOutputs(of: Array(0..<samples)[...], from: source, at: parameters)

    #expect(outputs.map(\.layer) == ["conv", "relu", "pool", "flatten", "fc"])
    #expect(outputs.map(\.shape) == [[3, 4, 4], [3, 4, 4], [3, 2, 2], [12], [4]])
    for sample in 0..<samples {
      for (index, output) in outputs.enumerated() {
        let expected = NaiveNetwork.forward(
          network.prefix(through: index), parameters.values, source.inputs[sample])
        let worst = zip(output.values[sample], expected).map { abs($0 - $1) }.max()
        #expect(try #require(worst) < 1e-12, "\(output.layer)")
      }
      // The ReLU's output did not overwrite what the convolution put out.
      #expect(outputs[0].values[sample].contains { $0 < 0 })
    }
  }
}
