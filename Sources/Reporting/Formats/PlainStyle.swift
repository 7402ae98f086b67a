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
    // Blanks are written before what follows them: a line ends in none.
    var blanks = 0
    for (column, cell) in cells.enumerated() {
      if column > 0 { blanks += Self.gap.utf8.count }
      let room = max(0, layout.widths[column] - DisplayWidth.of(cell))
      if layout.isRight[column] { blanks += room }
      if !cell.isEmpty {
        ColumnLayout.append(blanks: blanks, to: &text)
        text += cell
        blanks = 0
      }
      if !layout.isRight[column] { blanks += room }
    }
    while text.utf8.last == UInt8(ascii: " ") { text.unicodeScalars.removeLast() }
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
