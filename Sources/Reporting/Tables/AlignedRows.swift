import RunStore

/// Columns that line up. The first rows are held until they have settled the widths, unless they are long:
/// then as many as are some megabytes.
struct AlignedRows<Style: AlignedStyle>: RowEncoder {
  private var style: Style
  private let sampleSize: Int
  private var columns: [Table.Column] = []
  private var sample: [[SQLValue]] = []
  private var sampleBytes = 0
  private static var mostBytes: Int { 1 << 22 }
  private var layout: ColumnLayout?

  init(_ style: Style, sampleSize: Int) {
    self.style = style
    self.sampleSize = sampleSize
  }

  mutating func begin(_ columns: [Table.Column], into text: inout String) {
    self.columns = columns
  }

  mutating func row(_ values: [SQLValue], into text: inout String) {
    if let layout {
      style.append(cells(values), layout, to: &text)
      return
    }
    sample.append(values)
    sampleBytes += values.reduce(0) { $0 + $1.byteCount }
    if sample.count == sampleSize || sampleBytes > Self.mostBytes { settle(into: &text) }
  }

  mutating func end(into text: inout String) {
    if layout == nil { settle(into: &text) }
    text += style.foot()
  }

  private mutating func settle(into text: inout String) {
    let heads = columns.map { style.cell(.text($0.name)) }
    let rows = sample.map { cells($0) }
    let settled = ColumnLayout(
      widths: columns.indices.map { column in
        let width = rows.reduce(max(DisplayWidth.of(heads[column]), Style.minimumWidth)) {
          max($0, DisplayWidth.of($1[column]))
        }
        return min(width, ColumnLayout.widest)
      },
      isRight: columns.indices.map { isRight($0) })
    text += style.head(heads, settled)
    for row in rows {
      style.append(row, settled, to: &text)
    }
    layout = settled
    sample = []
  }

  private func cells(_ values: [SQLValue]) -> [String] {
    values.map { style.cell($0) }
  }

  private func isRight(_ column: Int) -> Bool {
    switch columns[column].alignment {
    case .left: return false
    case .right: return true
    case .automatic:
      let values = sample.lazy.map { $0[column] }.filter { $0 != .null }
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
  let widths: [Int]
  let isRight: [Bool]

  /// The most that a column is filled up to: a book in one cell must not become blanks in all others.
  static let widest = 1_000

  /// Writes the cells of one line, each with blanks up to the width of its column; a wider one as it is.
  func append(_ cells: [String], separatedBy separator: String, to text: inout String) {
    for (column, cell) in cells.enumerated() {
      if column > 0 { text += separator }
      let blanks = String(repeating: " ", count: max(0, widths[column] - DisplayWidth.of(cell)))
      if isRight[column] { text += blanks }
      text += cell
      if !isRight[column] { text += blanks }
    }
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
  /// The text of a value, safe in its place.
  func cell(_ value: SQLValue) -> String
  /// What stands above the rows.
  func head(_ cells: [String], _ layout: ColumnLayout) -> String
  /// Writes one row. Its cells may be long.
  func append(_ cells: [String], _ layout: ColumnLayout, to text: inout String)
  /// What stands below the rows.
  func foot() -> String
}
