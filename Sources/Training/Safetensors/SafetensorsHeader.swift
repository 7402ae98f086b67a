import Datasets
import Foundation

/// The header of a safetensors file, checked against the size of the file.
struct SafetensorsHeader {
  /// The tensors, in the order of the header.
  var entries: [SafetensorsEntry] = []
  var metadata: [String: String] = [:]
  /// Where the data start.
  let byteCount: Int

  static let lengthSize = 8
  static let metadataKey = "__metadata__"

  /// More than any network needs, so that a file that claims more is refused unread.
  static let longest = 32 << 20

  /// Reads the header at the start of a file, and checks that the data are its tensors without gap
  /// or overlap.
  ///
  /// A file that is something else altogether is called that, and not damaged.
  /// - Throws: `SafetensorsProblem`, `FileAccessError`.
  init(reading source: any ByteSource, fileSize: Int) throws {
    var bytes: [UInt8] = []
    do {
      _ = try source.read(Self.lengthSize, appendingTo: &bytes)
      guard bytes.count == Self.lengthSize else {
        throw SafetensorsProblem.tooShort(size: bytes.count)
      }
      let length = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard length <= UInt64(fileSize - Self.lengthSize) else {
        throw SafetensorsProblem.headerTooLong(length: length, size: fileSize)
      }
      guard length <= UInt64(Self.longest) else {
        throw SafetensorsProblem.headerBeyondLimit(length: length, limit: Self.longest)
      }
      byteCount = Self.lengthSize + Int(length)
      bytes.reserveCapacity(byteCount)
      _ = try source.read(Int(length), appendingTo: &bytes)
      guard bytes.count == byteCount else {
        throw SafetensorsProblem.headerTooLong(length: length, size: bytes.count)
      }
      var parser = SafetensorsHeaderParser(bytes, start: Self.lengthSize)
      (entries, metadata) = try parser.parse()
    } catch let problem as SafetensorsProblem {
      if bytes.count < FileKind.startSize {
        _ = try source.read(FileKind.startSize - bytes.count, appendingTo: &bytes)
      }
      let kind = FileKind(start: Array(bytes.prefix(FileKind.startSize)))
      guard let kind, kind != .safetensors else { throw problem }
      throw SafetensorsProblem.otherFile(kind)
    }
    try checkLayout(dataSize: fileSize - byteCount)
  }

  private func checkLayout(dataSize: Int) throws {
    for entry in entries { try entry.check(dataSize: dataSize) }
    var end = 0
    for entry in entries.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      guard entry.start == end else {
        throw SafetensorsProblem.gapOrOverlap(
          tensor: entry.name, start: entry.start, expected: end)
      }
      end = entry.end
    }
    guard end == dataSize else {
      throw SafetensorsProblem.extraBytes(offset: end, dataSize: dataSize)
    }
  }
}

extension SafetensorsHeader {
  /// The header of a file with `tensors`, with its length and padded with spaces to a multiple
  /// of 8.
  static func encoded(tensors: [SafetensorsTensor], metadata: [String: String]) -> Data {
    precondition(
      Set((tensors.map(\.name) + [metadataKey]).map { Array($0.utf8) }).count == tensors.count + 1,
      "Tensors have different names, and none is called \(metadataKey).")
    var members: [String] = []
    if !metadata.isEmpty {
      let sorted = metadata.sorted { $0.key < $1.key }
      let texts = sorted.map { quoted($0.key) + ":" + quoted($0.value) }
      members.append("\(quoted(metadataKey)):{\(texts.joined(separator: ","))}")
    }
    var end = 0
    for tensor in tensors {
      let start = end
      end += tensor.byteCount
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(tensor.name)):"
          + #"{"dtype":"\#(tensor.type.rawValue)","shape":[\#(shape)],"#
          + #""data_offsets":[\#(start),\#(end)]}"#)
    }
    var json = Data("{\(members.joined(separator: ","))}".utf8)
    while !json.count.isMultiple(of: lengthSize) { json.append(UInt8(ascii: " ")) }
    let length = UInt64(json.count).littleEndian
    return withUnsafeBytes(of: length) { Data($0) } + json
  }

  /// A JSON string. Only what JSON demands is escaped.
  private static func quoted(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\":
        json += "\\\(scalar)"
      case "\u{0}"..<"\u{20}":
        let digits = String(scalar.value, radix: 16)
        json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default:
        json.unicodeScalars.append(scalar)
      }
    }
    return json + "\""
  }
}

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
