extension Network {
  /// The network up to the layer at `index`, that one included.
  package func beginning(through index: Int) -> Network {
    let nodes = Array(nodes[...index])
    let parameterCount = nodes.last?.parameters.upperBound ?? 0
    return Network(
      name: name, inputShape: inputShape, nodes: nodes,
      parameterSlots: parameterSlots.filter { $0.range.upperBound <= parameterCount })
  }
}

extension Parameters {
  /// The values that belong to the beginning of the network that these are for.
  package func beginning(for network: Network) -> Parameters {
    var beginning = Parameters(zerosFor: network)
    beginning.values = Array(values.prefix(beginning.values.count))
    return beginning
  }
}
