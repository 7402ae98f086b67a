import NeuralNet
import Testing

@Suite struct ContractTests {
  @Test func aClassThatTheNetworkDoesNotKnowStopsTheProgram() async {
    await #expect(processExitsWith: .failure) {
      let network = try Network(
        "Two classes", input: [3], layers: ["fc": FullyConnected(from: 3, to: 2)])
      let engine = Engine<Float>(network: network, loss: SoftmaxCrossEntropy(), threads: 1)
      let source = ArraySource<Float>(inputs: [[1, 2, 3]], targets: [[2]])
      _ = engine.evaluate([0], from: source, at: Parameters(zerosFor: network))
    }
  }
}
