/// A feed-forward network as written down: named layers, one after the other.
///
/// Shapes, parameters, layer table, forward and backward all follow from this list.
public struct Network: Sendable {
  /// One layer with its name and what follows from its place.
  public struct Node: Sendable {
    /// The layer's name, the first part of its parameters' names.
    public let name: String
    /// What the layer computes.
    public let layer: any Layer
    /// The shape that goes in, without the batch.
    public let inputShape: [Int]
    /// The shape that comes out, without the batch.
    public let outputShape: [Int]
    /// The positions of the layer's weights and biases among the network's parameters.
    public let parameters: Range<Int>
  }

  /// What the network is called.
  public let name: String
  /// The shape of one sample.
  public let inputShape: [Int]
  /// The layers in order.
  public let nodes: [Node]
  /// The parameters in order, as in a `state_dict`.
  public let parameterSlots: [ParameterSlot]

  /// Checks that each layer can take what the layer before it puts out.
  public init(
    _ name: String, input inputShape: [Int], layers: KeyValuePairs<String, any Layer>
  ) throws(NetworkError) {
    try self.init(name, input: inputShape, layers: layers.map { ($0.key, $0.value) })
  }

  /// Checks that each layer can take what the layer before it puts out.
  public init(
    _ name: String, input inputShape: [Int], layers: [(name: String, layer: any Layer)]
  ) throws(NetworkError) {
    var nodes: [Node] = []
    var slots: [ParameterSlot] = []
    var shape = inputShape
    var parameterCount = 0
    for (layerName, layer) in layers {
      if nodes.contains(where: { $0.name == layerName }) {
        throw .duplicateLayerName(layerName)
      }
      guard let outputShape = layer.outputShape(for: shape) else {
        throw .mismatchedInput(layer: layerName, expected: layer.expectedInput, found: shape)
      }
      let first = parameterCount
      for (role, parameter) in [("weight", layer.weight), ("bias", layer.bias)] {
        guard let parameter else { continue }
        slots.append(
          ParameterSlot(
            layer: layerName, role: role, parameter: parameter, offset: parameterCount))
        parameterCount += parameter.shape.valueCount
      }
      nodes.append(
        Node(
          name: layerName, layer: layer, inputShape: shape, outputShape: outputShape,
          parameters: first..<parameterCount))
      shape = outputShape
    }
    self.name = name
    self.inputShape = inputShape
    self.nodes = nodes
    self.parameterSlots = slots
  }

  /// What to compute for each node in the least time: nothing where the next layer does the work of
  /// both.
  var fusedLayers: [(any Layer)?] {
    var layers: [(any Layer)?] = nodes.map(\.layer)
    for (index, next) in nodes.enumerated().dropFirst() {
      guard let fused = layers[index - 1]?.fused(with: next.layer) else { continue }
      layers[index - 1] = nil
      layers[index] = fused
    }
    return layers
  }

  /// Takes nodes that fit, such as those of another network.
  init(name: String, inputShape: [Int], nodes: [Node], parameterSlots: [ParameterSlot]) {
    self.name = name
    self.inputShape = inputShape
    self.nodes = nodes
    self.parameterSlots = parameterSlots
  }

  /// The shape that comes out of the last layer.
  public var outputShape: [Int] { nodes.last?.outputShape ?? inputShape }

  /// The number of weights and biases.
  public var parameterCount: Int { parameterSlots.reduce(0) { $0 + $1.range.count } }
}

extension Network {
  /// The network up to the layer at `index`, that one included.
  package func prefix(through index: Int) -> Network {
    let nodes = Array(nodes[...index])
    let parameterCount = nodes.last?.parameters.upperBound ?? 0
    return Network(
      name: name, inputShape: inputShape, nodes: nodes,
      parameterSlots: parameterSlots.filter { $0.range.upperBound <= parameterCount })
  }
}

extension Parameters {
  /// The values that belong to `network`, a prefix of the network that these are for.
  package func prefix(for network: Network) -> Parameters {
    var prefix = Parameters(zerosFor: network)
    prefix.values = Array(values.prefix(prefix.values.count))
    return prefix
  }
}

/// One row of the layer table, for a batch of one sample.
public struct LayerSummary: Sendable, Equatable {
  /// The layer's name.
  public let name: String
  /// What kind of layer it is.
  public let kind: String
  /// The shape that goes in, the batch first.
  public let inputShape: [Int]
  /// The shape that comes out, the batch first.
  public let outputShape: [Int]
  /// The shape of the weight tensor, if there is one.
  public let weightShape: [Int]?
  /// The number of weights.
  public let weightCount: Int
  /// The number of biases.
  public let biasCount: Int
  /// Multiply-adds for one sample, biases not counted.
  public let multiplyAccumulates: Int
}

extension Network {
  /// The layer table: shapes, parameters and multiply-adds of each layer.
  public var layerTable: [LayerSummary] {
    nodes.map { node in
      LayerSummary(
        name: node.name, kind: node.layer.kind,
        inputShape: [1] + node.inputShape, outputShape: [1] + node.outputShape,
        weightShape: node.layer.weight?.shape,
        weightCount: node.layer.weight?.shape.valueCount ?? 0,
        biasCount: node.layer.bias?.shape.valueCount ?? 0,
        multiplyAccumulates: node.layer.multiplyAccumulates(inputShape: node.inputShape))
    }
  }
}
