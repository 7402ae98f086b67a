import Foundation

/// One named tensor of a safetensors file.
public struct SafetensorsTensor: Sendable, Hashable {
  /// The name, such as `conv1.weight`.
  public let name: String

  /// The size of each dimension; empty for a single number.
  public let shape: [Int]

  /// The values, the last dimension fastest; empty for a tensor that is only to be written.
  public let values: [Float]

  /// The type of the values, and their bytes where that is not F32.
  let type: SafetensorsEntry.ElementType
  let content: Data?

  /// Names `values`, of which there must be as many as `shape` says.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
      "\(values.count) values do not fill the shape \(shape).")
    self.name = name
    self.shape = shape
    self.values = values
    type = .float32
    content = nil
  }

  /// Names values of any type, to be written as they are.
  /// - Parameters:
  ///   - type: The type as PyTorch calls it, such as `bfloat16`.
  ///   - data: The values, little-endian; as many as `shape` says.
  /// - Returns: nil if the format has no such type.
  public init?(name: String, shape: [Int], type: String, data: Data) {
    guard let found = SafetensorsEntry.ElementType(pyTorchName: type) else { return nil }
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) * found.bits / 8 == data.count,
      "\(data.count) bytes do not fill the shape \(shape) with \(type).")
    self.name = name
    self.shape = shape
    values = []
    self.type = found
    content = data
  }

  /// The number of bytes that a file has of the tensor.
  var byteCount: Int { content?.count ?? 4 * values.count }

  /// Appends those bytes.
  func append(to bytes: inout Data) {
    if let content { return bytes.append(content) }
    let words = values.map { $0.bitPattern.littleEndian }
    words.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }
}
