import RunStore

extension LayerRecord {
  /// A layer of neurons that all see all inputs.
  static func fullyConnected(
    _ name: String, _ position: Int, from inputs: Int, to outputs: Int, biases: Bool = true
  ) -> LayerRecord {
    LayerRecord(
      position: position, name: name, kind: "fully_connected", inputShape: [1, inputs],
      outputShape: [1, outputs], weightShape: [outputs, inputs], weightCount: inputs * outputs,
      biasCount: biases ? outputs : 0, macs: inputs * outputs)
  }
}
