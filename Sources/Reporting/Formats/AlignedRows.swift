import RunStore

/// Columns that line up. The first rows are held until they have settled the widths, unless they are long:
/// then as many as are some megabytes.
final class AlignedRows<Style: AlignedStyle>: RowEncoder {
  private let style: Style
  private let sampleSize: Int
  /// How wide the table may be; nil for as wide as it is.
  private let width: Int?
  private var columns: [Table.Column] = []
  private var sample: [[SQLValue]] = []
  private var sampleBytes = 0
  private static var mostBytes: Int { 1 << 22 }
  private var layout: ColumnLayout?
  private(set) var leftOut: [String] = []

  init(_ style: Style, sampleSize: Int, width: Int? = nil) {
    self.style = style
    self.sampleSize = sampleSize
    self.width = width
  }

  func begin(_ columns: [Table.Column], into text: inout String) {
    self.columns = columns
  }

  func row(_ values: [SQLValue], absent: Set<Int>, into text: inout String) {
    if let layout {
      style.append(layout.fitted(layout.shown.map { cell(values[$0]) }), layout, to: &text)
      return
    }
    sample.append(values)
    sampleBytes += values.reduce(0) { $0 + $1.byteCount }
    if sample.count == sampleSize || sampleBytes > Self.mostBytes { settle(into: &text) }
  }

  func end(into text: inout String) {
    if layout == nil { settle(into: &text) }
    text += style.foot()
  }

  private func settle(into text: inout String) {
    var heads = columns.map { style.cell(.text($0.name)) }
    var cells = columns.indices.map { column in sample.map { cell($0[column]) } }
    var settled = ColumnLayout(
      widths: columns.indices.map { column in
        let width = cells[column].reduce(max(DisplayWidth.of(heads[column]), Style.minimumWidth)) {
          max($0, DisplayWidth.of($1))
        }
        return min(width, ColumnLayout.widest)
      },
      isRight: columns.indices.map { columns[$0].isRight(in: sample, at: $0) },
      shown: Array(columns.indices))
    if let width {
      let fit = ColumnFit(
        columns: columns, heads: heads, sample: sample, natural: settled, gap: Style.gap)
      settled = fit.layout(within: width)
      heads = fit.heads(in: settled)
      leftOut = columns.indices.filter { !settled.shown.contains($0) }.map { columns[$0].name }
      for (width, column) in zip(settled.widths, settled.shown) {
        cells[column] = ColumnFit.cut(cells[column], to: width)
      }
    }
    text += style.head(heads, settled)
    for row in sample.indices {
      style.append(settled.shown.map { cells[$0][row] }, settled, to: &text)
    }
    layout = settled
    sample = []
  }

  /// The text of a value; where the room is limited, of several lines the first.
  private func cell(_ value: SQLValue) -> String {
    guard width != nil, case .text(let text) = value,
      let end = text.firstIndex(where: \.isNewline)
    else { return style.cell(value) }
    return style.cell(.text(text[..<end] + " …"))
  }
}

extension Table.Column {
  /// Whether the values of the column at `index` of some rows stand to the right.
  func isRight(in rows: [[SQLValue]], at index: Int) -> Bool {
    switch alignment {
    case .left: return false
    case .right: return true
    case .automatic:
      let values = rows.lazy.map { $0[index] }.filter { $0 != .null }
      return !values.isEmpty && values.allSatisfy { $0.real != nil }
    }
  }
}

extension SQLValue {
  /// The number of bytes of a text or blob; 0 for a number or NULL.
  var byteCount: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .blob(let bytes): bytes.count
    case .null, .integer, .real: 0
    }
  }
}

/// How wide the columns are, and on which side their values stand.
struct ColumnLayout {
  var widths: [Int]
  var isRight: [Bool]
  /// Which of the table's columns these are.
  var shown: [Int]
  /// Whether cells are cut to the widths.
  var isFitted = false

  /// The most that a column is filled up to: a book in one cell must not become blanks in all others.
  static let widest = 1_000

  /// The cells of one line, cut if the layout asks for it.
  func fitted(_ cells: [String]) -> [String] {
    isFitted ? zip(cells, widths).map { FittedText.cut($0, to: $1) } : cells
  }

  /// Writes the cells of one line, each with blanks up to the width of its column; a wider one as it is.
  func append(_ cells: [String], separatedBy separator: String, to text: inout String) {
    // Many pieces one by one take longer at the end of a text than as bytes first.
    var line: [UInt8] = []
    line.reserveCapacity(widths.reduce(0, +) + cells.count * separator.utf8.count + 64)
    for (column, cell) in cells.enumerated() {
      if column > 0 { line.append(contentsOf: separator.utf8) }
      let blanks = repeatElement(
        UInt8(ascii: " "), count: max(0, widths[column] - DisplayWidth.of(cell)))
      if isRight[column] { line.append(contentsOf: blanks) }
      line.append(contentsOf: cell.utf8)
      if !isRight[column] { line.append(contentsOf: blanks) }
    }
    text += String(decoding: line, as: UTF8.self)
  }
}

extension AlignedStyle {
  /// One row.
  func line(_ cells: [String], _ layout: ColumnLayout) -> String {
    var text = ""
    append(cells, layout, to: &text)
    return text
  }
}

/// What differs between the formats whose columns line up. Lines carry their line ends.
protocol AlignedStyle {
  /// The least width of a column.
  static var minimumWidth: Int { get }
  /// What stands between two columns.
  static var gap: String { get }
  /// The text of a value, safe in its place.
  func cell(_ value: SQLValue) -> String
  /// What stands above the rows.
  func head(_ cells: [String], _ layout: ColumnLayout) -> String
  /// Writes one row. Its cells may be long.
  func append(_ cells: [String], _ layout: ColumnLayout, to text: inout String)
  /// What stands below the rows.
  func foot() -> String
}
