/// One named tensor of a safetensors file.
public struct SafetensorsTensor: Sendable, Hashable {
  /// The name, such as `conv1.weight`.
  public let name: String

  /// The size of each dimension; empty for a single number.
  public let shape: [Int]

  /// The values, the last dimension fastest.
  public let values: [Float]

  /// Names `values`, of which there must be as many as `shape` says.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
      "\(values.count) values do not fill the shape \(shape).")
    self.name = name
    self.shape = shape
    self.values = values
  }
}
