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

  /// Decodes the header at the start of a file, and checks that the data are its tensors without
  /// gap or overlap.
  /// - Throws: `SafetensorsProblem`.
  init(decoding file: Data) throws {
    guard file.count >= Self.lengthSize else {
      throw SafetensorsProblem.tooShort(size: file.count)
    }
    let length = file.prefix(Self.lengthSize).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(file.count - Self.lengthSize) else {
      throw SafetensorsProblem.headerTooLong(length: length, size: file.count)
    }
    byteCount = Self.lengthSize + Int(length)
    var parser = SafetensorsHeaderParser(Array(file.prefix(byteCount)), start: Self.lengthSize)
    (entries, metadata) = try parser.parse()
    try checkLayout(dataSize: file.count - byteCount)
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
  /// The header of a file with F32 tensors, with its length and padded with spaces to a multiple
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
      end += 4 * tensor.values.count
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(tensor.name)):"
          + #"{"dtype":"F32","shape":[\#(shape)],"data_offsets":[\#(start),\#(end)]}"#)
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
