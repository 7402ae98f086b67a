import RunStore

/// Makes a table fit a terminal: columns of text are shortened, and where that is not enough, columns are
/// left out: first those that say the same in every row, then the least important, from the right. Before one
/// goes that matters most, all heads are shortened further.
struct ColumnFit {
  let columns: [Table.Column]
  let heads: [String]
  /// The rows that settle the widths.
  let sample: [[SQLValue]]
  /// The columns as wide as they are.
  let natural: ColumnLayout
  let gap: String

  /// How far a column of text is shortened, and the head of a column, if need be twice.
  private static let (leastText, leastHead, tightHead) = (16, 20, 8)
  /// More rows are cut one by one.
  private static let mostTogether = 100

  /// The columns that fit, with their widths.
  func layout(within width: Int) -> ColumnLayout {
    var shown = Array(columns.indices)
    var leastHead = Self.leastHead
    while shown.count > 1, total(shown.map { least($0, leastHead) }) > width,
      let place = shown.indices.dropFirst().min(by: { goes(shown[$0], before: shown[$1]) })
    {
      if importance(of: shown[place]) == Table.Column.mostImportant, leastHead > Self.tightHead {
        leastHead = Self.tightHead
      } else {
        shown.remove(at: place)
      }
    }
    var widths = shown.map { natural.widths[$0] }
    while total(widths) > width,
      let widest = shown.indices.filter({ widths[$0] > least(shown[$0], leastHead) })
        .max(by: { widths[$0] < widths[$1] })
    {
      widths[widest] -= 1
    }
    if shown.count == 1 { widths[0] = max(1, min(widths[0], width)) }
    return ColumnLayout(
      widths: widths, isRight: shown.map { natural.isRight[$0] }, shown: shown, isFitted: true)
  }

  /// The cells of a column cut such that those that differ still do.
  static func cut(_ cells: [String], to width: Int) -> [String] {
    cells.count > mostTogether
      ? cells.map { FittedText.cut($0, to: width) } : FittedText.cut(cells, to: width)
  }

  private func total(_ widths: [Int]) -> Int {
    widths.reduce(0, +) + DisplayWidth.of(gap) * (widths.count - 1)
  }

  /// Numbers are never cut.
  private func least(_ column: Int, _ leastHead: Int) -> Int {
    let head = min(DisplayWidth.of(heads[column]), leastHead)
    let cells = sample.reduce(0) { widest, row in
      let width = DisplayWidth.of(PlainStyle.text(of: row[column]))
      return max(widest, row[column].text == nil ? width : min(width, Self.leastText))
    }
    return min(natural.widths[column], max(head, cells))
  }

  /// The heads of the columns of a layout, cut such that they differ.
  func heads(in layout: ColumnLayout) -> [String] {
    zip(layout.shown, layout.widths).map { column, width in
      DisplayWidth.of(heads[column]) > width
        ? FittedText.cut(heads, to: width)[column] : heads[column]
    }
  }

  private func goes(_ column: Int, before other: Int) -> Bool {
    let (own, others) = (importance(of: column), importance(of: other))
    return own != others ? own < others : column > other
  }

  private func importance(of column: Int) -> Int {
    let isConstant =
      sample.count > 1 && sample.allSatisfy { $0[column] == sample[0][column] }
    return isConstant && columns[column].importance < Table.Column.mostImportant
      ? 0 : columns[column].importance
  }
}
