import Datasets
import Foundation

/// What a header says about one tensor.
struct SafetensorsEntry {
  /// The types of values that the format knows, with the bits of a value.
  ///
  /// Those of up to 64 bits that are floating-point numbers and have a counterpart here are read;
  /// of the others only the size is checked.
  enum ElementType: String {
    case float32 = "F32"
    case float64 = "F64"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case bool = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case uint16 = "U16"
    case int16 = "I16"
    case uint32 = "U32"
    case int32 = "I32"
    case uint64 = "U64"
    case int64 = "I64"
    case complex64 = "C64"
    case float8e5m2 = "F8_E5M2"
    case float8e4m3 = "F8_E4M3"
    case float8e8m0 = "F8_E8M0"
    case float8e4m3fnuz = "F8_E4M3FNUZ"
    case float8e5m2fnuz = "F8_E5M2FNUZ"
    case float6e2m3 = "F6_E2M3"
    case float6e3m2 = "F6_E3M2"
    case float4 = "F4"

    var bits: Int {
      switch self {
      case .float64, .uint64, .int64, .complex64: 64
      case .float32, .uint32, .int32: 32
      case .float16, .bfloat16, .uint16, .int16: 16
      case .float6e2m3, .float6e3m2: 6
      case .float4: 4
      default: 8
      }
    }

    /// The type that PyTorch calls so; nil if the format has none.
    init?(pyTorchName name: String) {
      switch name {
      case "float32": self = .float32
      case "float64": self = .float64
      case "float16": self = .float16
      case "bfloat16": self = .bfloat16
      case "bool": self = .bool
      case "uint8": self = .uint8
      case "int8": self = .int8
      case "uint16": self = .uint16
      case "int16": self = .int16
      case "uint32": self = .uint32
      case "int32": self = .int32
      case "uint64": self = .uint64
      case "int64": self = .int64
      case "complex64": self = .complex64
      case "float8_e5m2": self = .float8e5m2
      case "float8_e4m3fn": self = .float8e4m3
      case "float8_e8m0fnu": self = .float8e8m0
      case "float8_e4m3fnuz": self = .float8e4m3fnuz
      case "float8_e5m2fnuz": self = .float8e5m2fnuz
      default: return nil
      }
    }

    /// Whether the values become `Float`.
    var isRead: Bool { [.float32, .float64, .float16, .bfloat16].contains(self) }
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
    var bits = 1
    for size in shape + [type.bits] {
      let (product, overflow) = bits.multipliedReportingOverflow(by: size)
      guard !overflow else { throw SafetensorsProblem.shapeTooLarge(tensor: name, shape: shape) }
      bits = product
    }
    guard bits.isMultiple(of: 8), end - start == bits / 8 else {
      throw SafetensorsProblem.wrongRangeSize(
        tensor: name, found: end - start, expected: (bits + 7) / 8)
    }
  }

  /// The tensor, out of the next bytes of `source`: those for which `check` went well.
  func tensor(from source: any ByteSource) throws -> SafetensorsTensor {
    guard type.isRead else {
      throw SafetensorsProblem.unsupportedType(type.rawValue, tensor: name)
    }
    var values: [Float] = []
    values.reserveCapacity((end - start) * 8 / type.bits)
    var bytes: [UInt8] = []
    var position = start
    while position < end {
      bytes.removeAll(keepingCapacity: true)
      // A multiple of every size of a value.
      let wanted = min(end - position, 1 << 16)
      guard try source.read(wanted, appendingTo: &bytes) == wanted else {
        throw SafetensorsProblem.rangeOutside(
          tensor: name, start: start, end: end, dataSize: position + bytes.count)
      }
      append(bytes, to: &values)
      position += wanted
    }
    return SafetensorsTensor(name: name, shape: shape, values: values)
  }

  private func append(_ bytes: [UInt8], to values: inout [Float]) {
    bytes.withUnsafeBytes { bytes in
      for offset in stride(from: 0, to: bytes.count, by: type.bits / 8) {
        switch type {
        case .float64:
          let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          values.append(Float(Double(bitPattern: UInt64(littleEndian: word))))
        case .float16:
          let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
          values.append(Float(half: UInt16(littleEndian: word)))
        case .bfloat16:
          let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
          values.append(Float(bitPattern: UInt32(UInt16(littleEndian: word)) << 16))
        default:
          let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
          values.append(Float(bitPattern: UInt32(littleEndian: word)))
        }
      }
    }
  }
}

extension Float {
  /// The value of a half-precision number (IEEE 754 binary16): sign, 5 bits of exponent, 10 of
  /// fraction. Swift's `Float16` does not exist on every platform.
  init(half: UInt16) {
    let sign: Float = half >> 15 == 0 ? 1 : -1
    let exponent = Int(half >> 10 & 0x1F)
    let fraction = half & 0x3FF
    switch exponent {
    case 0: self = sign * Float(fraction) * 0x1p-24
    case 0x1F:
      self = Float(
        bitPattern: UInt32(half >> 15) << 31 | 0x7F80_0000 | UInt32(fraction) << 13)
    default:
      self = Float(
        sign: half >> 15 == 0 ? .plus : .minus, exponent: exponent - 25,
        significand: Float(1024 + fraction))
    }
  }
}
