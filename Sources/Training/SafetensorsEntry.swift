import Foundation

/// What a header says about one tensor.
struct SafetensorsEntry {
  /// The types of values that are read.
  enum ElementType: String {
    case float32 = "F32"
    case float64 = "F64"

    var size: Int { self == .float32 ? 4 : 8 }
  }

  let name: String
  let type: ElementType
  let shape: [Int]
  /// The range of the tensor's bytes, from the start of the data.
  let start: Int
  let end: Int

  /// Checks the range against the type, the shape and the data.
  /// - Throws: `SafetensorsProblem`.
  func check(dataSize: Int) throws {
    guard start <= end, end <= dataSize else {
      throw SafetensorsProblem.rangeOutside(
        tensor: name, start: start, end: end, dataSize: dataSize)
    }
    var expected = type.size
    for size in shape {
      let (product, overflow) = expected.multipliedReportingOverflow(by: size)
      guard !overflow else { throw SafetensorsProblem.shapeTooLarge(tensor: name, shape: shape) }
      expected = product
    }
    guard end - start == expected else {
      throw SafetensorsProblem.wrongRangeSize(
        tensor: name, found: end - start, expected: expected)
    }
  }

  /// The tensor, out of data for which `check` went well.
  func tensor(from data: Data) -> SafetensorsTensor {
    let values = data.dropFirst(start).prefix(end - start).withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: type.size).map { offset in
        switch type {
        case .float32:
          let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
          return Float(bitPattern: UInt32(littleEndian: word))
        case .float64:
          let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          return Float(Double(bitPattern: UInt64(littleEndian: word)))
        }
      }
    }
    return SafetensorsTensor(name: name, shape: shape, values: values)
  }
}
