import Foundation

/// A tensor of a snapshot, with its values.
public struct TensorRecord: Sendable, Equatable {
  /// The name, as in PyTorch's `state_dict`: `conv1.weight`.
  public let name: String
  /// The shape, in PyTorch's layout: `[6, 3, 5, 5]`.
  public let shape: [Int]
  /// The values, the last dimension running fastest.
  public let values: [Float]

  /// Describes a tensor.
  /// - Precondition: There are as many values as the shape says.
  public init(name: String, shape: [Int], values: [Float]) {
    precondition(
      Self.elementCount(of: shape) == values.count,
      "The tensor \(name) has \(values.count) values, but the shape \(shape).")
    self.name = name
    self.shape = shape
    self.values = values
  }

  /// The number of values that a tensor of `shape` has; nil if there is no such number.
  static func elementCount(of shape: [Int]) -> Int? {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, size >= 0 else { return nil }
      count = product
    }
    return count
  }

  /// The number of bytes of an element of a type such as `float32`; nil for a type that nobody here knows.
  static func byteCount(ofElement type: String) -> Int? {
    switch type {
    case "bool", "int8", "uint8": 1
    case "float16", "bfloat16", "int16", "uint16": 2
    case "float32", "int32", "uint32": 4
    case "float64", "int64", "uint64", "complex64": 8
    case "complex128": 16
    default: nil
    }
  }

  /// The values as little-endian float32: the content of the blob.
  public var data: Data {
    #if _endian(little)
      values.withUnsafeBytes { Data($0) }
    #else
      values.map(\.bitPattern.littleEndian).withUnsafeBytes { Data($0) }
    #endif
  }

  /// The values that `data`, little-endian float32, holds; nil if its length is not a multiple of 4.
  static func values(from data: Data) -> [Float]? {
    guard data.count.isMultiple(of: MemoryLayout<UInt32>.size) else { return nil }
    return data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: MemoryLayout<UInt32>.size).map { offset in
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
      }
    }
  }
}
