/// Where one parameter tensor lies among all the parameters of a network.
public struct ParameterSlot: Sendable, Equatable {
  /// The layer's name, such as `conv1`.
  public let layer: String
  /// `weight` or `bias`.
  public let role: String
  /// The shape, in PyTorch's layout.
  public let shape: [Int]
  /// How many inputs each output value sums.
  public let fanIn: Int
  /// How many outputs each input value reaches.
  public let fanOut: Int
  /// The positions of the values, row-major.
  public let range: Range<Int>

  init(layer: String, role: String, parameter: ParameterShape, offset: Int) {
    self.layer = layer
    self.role = role
    shape = parameter.shape
    fanIn = parameter.fanIn
    fanOut = parameter.fanOut
    range = offset..<offset + parameter.shape.valueCount
  }

  /// The name in a `state_dict`, such as `conv1.weight`.
  public var name: String { "\(layer).\(role)" }
}
