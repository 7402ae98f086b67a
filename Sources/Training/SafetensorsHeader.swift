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
      Set(tensors.map(\.name)).union([metadataKey]).count == tensors.count + 1,
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
