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
