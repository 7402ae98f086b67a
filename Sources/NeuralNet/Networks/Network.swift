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
