import Foundation
import RunStore

/// Comma-separated values as in RFC 4180, but that lines end in LF, as tools of Unix have it: quotes are
/// doubled.
///
/// An empty text is `""` and null is nothing at all, so that a reader who cares can tell them apart. In a
/// table of one column null is `""` as well: most readers skip an empty line. Where None is a value, it is
/// `null`, the text is `"null"`, and a value that is not there is nothing.
struct CSVRows: RowEncoder {
  private var columns: [Table.Column] = []

  mutating func begin(_ columns: [Table.Column], into text: inout String) {
    self.columns = columns
    for (index, column) in columns.enumerated() {
      if index > 0 { text += "," }
      append(column.name, to: &text)
    }
    text += "\n"
  }

  mutating func row(_ values: [SQLValue], absent: Set<Int>, into text: inout String) {
    for (index, value) in values.enumerated() {
      if index > 0 { text += "," }
      let isNone = value == .null && columns[index].showsNone && !absent.contains(index)
      if isNone {
        text += Self.none
      } else if value == .text(Self.none), columns[index].showsNone {
        text += "\"\(Self.none)\""
      } else {
        append(value, to: &text)
      }
    }
    text += "\n"
  }

  mutating func end(into text: inout String) {}

  private static let none = "null"

  private func append(_ value: SQLValue, to text: inout String) {
    switch value {
    case .null: text += columns.count == 1 ? "\"\"" : ""
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
