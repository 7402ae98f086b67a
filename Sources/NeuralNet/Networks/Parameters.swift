/// A value for each parameter of a network: its weights, or their gradient, or their momentum.
public struct Parameters<Scalar: LaneScalar>: Sendable, Equatable {
  /// Which positions belong to which tensor.
  public let slots: [ParameterSlot]
  /// The values of all tensors, one after the other, each row-major.
  public var values: [Scalar]

  /// Zero for each parameter of `network`.
  public init(zerosFor network: Network) {
    slots = network.parameterSlots
    values = Array(repeating: .zero, count: network.parameterCount)
  }

  /// Takes the values of tensors by name, as in a `state_dict`: exactly those that `network` has.
  public init(
    for network: Network, tensors: [(name: String, shape: [Int], values: [Scalar])]
  ) throws(NetworkError) {
    self.init(zerosFor: network)
    try network.checkParameters(tensors.map { ($0.name, $0.shape) })
    for slot in slots {
      let tensor = tensors.first { $0.name == slot.name }
      guard let tensor, tensor.shape == slot.shape, tensor.values.count == slot.range.count else {
        throw .mismatchedParameter(name: slot.name, expected: slot.shape, found: tensor?.shape)
      }
      values.replaceSubrange(slot.range, with: tensor.values)
    }
  }

  /// The values of one tensor.
  public func values(of slot: ParameterSlot) -> ArraySlice<Scalar> { values[slot.range] }

  /// Calls `body` with the place of the first value.
  func withPointer<Result>(_ body: (UnsafePointer<Scalar>) -> Result) -> Result { body(values) }

  /// The values of the tensor called `name`, such as `conv1.weight`, if there is one.
  public subscript(name: String) -> [Scalar]? {
    slots.first { $0.name == name }.map { Array(values[$0.range]) }
  }
}

extension Network {
  /// Checks that tensors are those of this network, before their values are there.
  /// - Throws: `unknownParameter`, or `mismatchedParameter` for one that is missing or of another
  ///   shape.
  public func checkParameters(_ tensors: [(name: String, shape: [Int])]) throws(NetworkError) {
    let slots = parameterSlots
    for tensor in tensors where !slots.contains(where: { $0.name == tensor.name }) {
      throw .unknownParameter(name: tensor.name, known: slots.map(\.name))
    }
    for slot in slots {
      let shape = tensors.first { $0.name == slot.name }?.shape
      guard shape == slot.shape else {
        throw .mismatchedParameter(name: slot.name, expected: slot.shape, found: shape)
      }
    }
  }
}

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
