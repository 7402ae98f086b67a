import RunStore

/// A table for the terminal: columns two blanks apart, a rule under the names.
struct PlainStyle: AlignedStyle {
  static let minimumWidth = 0
  private static let gap = "  "

  /// The most terminal columns a cell may take, if there is a limit.
  let cellLimit: Int?
  private var cutCount = 0

  init(cellLimit: Int?) {
    self.cellLimit = cellLimit
  }

  mutating func cell(_ value: SQLValue) -> String {
    let text = Self.text(of: value)
    guard let cellLimit, DisplayWidth.of(text) > cellLimit else { return text }
    cutCount += 1
    return DisplayWidth.cut(text, to: cellLimit)
  }

  func head(_ cells: [String], _ layout: ColumnLayout) -> String {
    line(cells, layout) + line(layout.widths.map { String(repeating: "-", count: $0) }, layout)
  }

  func line(_ cells: [String], _ layout: ColumnLayout) -> String {
    var line = layout.padded(cells).joined(separator: Self.gap)[...]
    while line.last == " " {
      line.removeLast()
    }
    return line + "\n"
  }

  func foot() -> String {
    guard let cellLimit, cutCount > 0 else { return "" }
    let cells = cutCount == 1 ? "1 cell was" : "\(cutCount) cells were"
    return "(\(cells) cut at \(cellLimit) columns, where … stands; CSV and JSON have them whole.)\n"
  }

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
