import NeuralNet

/// Notices ReLU layers that put out nothing but zeros: no gradient passes them any more.
struct DeadLayerWatch {
  /// The layers that are not known to be dead.
  private var probes: [LayerProbe]

  /// - Parameter known: Layers that have been named.
  init(_ network: Network, threads: Int, known: [String]) {
    probes = network.nodes.indices.compactMap { index in
      let node = network.nodes[index]
      guard node.layer as? Activation == .relu, !known.contains(node.name) else { return nil }
      return LayerProbe(of: network, layer: index, property: .nonzero, threads: threads)
    }
  }

  /// The layers whose outputs are 0 for all samples, and which have not been named before.
  ///
  /// A layer that lives betrays itself within a few samples, so that this costs next to nothing.
  mutating func newlyDead(
    on source: some SampleSource<Float>, at parameters: Parameters<Float>
  ) -> [String] {
    let dead = probes.filter { probe in
      var (start, size) = (0, 16)
      while start < source.count {
        let samples = Array(start..<min(start + size, source.count))[...]
        if probe.finds(in: samples, from: source, at: parameters) { return false }
        (start, size) = (start + size, 1_024)
      }
      return true
    }.map(\.layer)
    probes.removeAll { dead.contains($0.layer) }
    return dead
  }
}
