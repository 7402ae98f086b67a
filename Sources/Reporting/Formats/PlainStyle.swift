import RunStore

/// A table for the terminal: columns two blanks apart, a rule under the names.
struct PlainStyle: AlignedStyle {
  static let minimumWidth = 0
  static let gap = "  "

  func cell(_ value: SQLValue) -> String { Self.text(of: value) }

  func head(_ cells: [String], _ layout: ColumnLayout) -> String {
    line(cells, layout) + line(layout.widths.map { String(repeating: "-", count: $0) }, layout)
  }

  func append(_ cells: [String], _ layout: ColumnLayout, to text: inout String) {
    layout.append(cells, separatedBy: Self.gap, to: &text)
    // A line ends in no blanks.
    text.unicodeScalars.removeLast(text.utf8.reversed().prefix { $0 == UInt8(ascii: " ") }.count)
    text += "\n"
  }

  func foot() -> String { "" }

  /// A value as people read it; also what Markdown and LaTeX start from.
  static func text(of value: SQLValue) -> String {
    switch value {
    case .null: ""
    case .integer(let number): String(number)
    case .real(let number): NumberText.rounded(number)
    case .text(let content): VisibleText.escaping(content)
    case .blob(let bytes): bytes.count == 1 ? "1 byte" : "\(bytes.count) bytes"
    }
  }
}
