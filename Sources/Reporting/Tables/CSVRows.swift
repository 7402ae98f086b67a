import Foundation
import RunStore

/// Comma-separated values as in RFC 4180: lines end in CR LF, quotes are doubled.
///
/// An empty text is `""` and null is nothing at all, so that a reader who cares can tell them apart. In a
/// table of one column null is `""` as well: most readers skip an empty line.
struct CSVRows: RowEncoder {
  private var isSingleColumn = false

  mutating func begin(_ columns: [Table.Column], into text: inout String) {
    isSingleColumn = columns.count == 1
    row(columns.map { .text($0.name) }, into: &text)
  }

  mutating func row(_ values: [SQLValue], into text: inout String) {
    for (index, value) in values.enumerated() {
      if index > 0 { text += "," }
      append(value, to: &text)
    }
    text += "\r\n"
  }

  mutating func end(into text: inout String) {}

  private func append(_ value: SQLValue, to text: inout String) {
    switch value {
    case .null: text += isSingleColumn ? "\"\"" : ""
    case .integer(let number): text += String(number)
    case .real(let number): text += NumberText.exact(number)
    case .text(let content): append(content, to: &text)
    case .blob(let bytes): append(bytes.base64EncodedString(), to: &text)
    }
  }

  private func append(_ content: String, to text: inout String) {
    guard content.isEmpty || content.utf8.contains(where: Self.needsQuotes) else {
      text += content
      return
    }
    text += "\""
    for scalar in content.unicodeScalars {
      if scalar == "\"" { text += "\"" }
      text.unicodeScalars.append(scalar)
    }
    text += "\""
  }

  /// Whether a field with this byte stands in quotes: separators and quotes must; blanks and control
  /// characters do, because some readers trim or split at them.
  private static func needsQuotes(_ byte: UInt8) -> Bool {
    byte <= UInt8(ascii: " ") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"")
  }
}
