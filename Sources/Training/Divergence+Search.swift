import NeuralNet

extension Divergence.Origin {
  /// Finds the first layer of `network` with numbers that are not finite, for a batch of samples.
  init(
    in network: Network, at parameters: Parameters<Float>, samples: ArraySlice<Int>,
    from source: some SampleSource<Float>
  ) {
    for (index, node) in network.nodes.enumerated() {
      if parameters.values[node.parameters].contains(where: { !$0.isFinite }) {
        self = .parameters(layer: node.name)
        return
      }
      let probe = LayerProbe(of: network, layer: index, property: .nonfinite, threads: 1)
      if let probe, probe.finds(in: samples, from: source, at: parameters) {
        self = .outputs(layer: node.name)
        return
      }
    }
    self = .loss
  }
}
