import RunStore

/// Makes a table fit the lines of a page. What costs a reader least comes first: headings of several lines,
/// text of several lines, rounded numbers, a smaller font, and at last columns below each other.
struct LaTeXFit {
  let columns: [Table.Column]
  /// The rows that settle the widths.
  let sample: [[SQLValue]]
  let isRight: [Bool]

  /// The lines of the class `article` in points at 10 points; at 11 and 12 points they have as much room.
  private static let lineWidth = 325.0

  /// A way to make a table narrow.
  private struct Effort {
    var breaksHeadings = true
    var rounds = false
    /// How narrow a column of text may be, in points.
    var leastText = Double.infinity
    var isSmall = false

    static let all = [
      Effort(breaksHeadings: false), Effort(), Effort(leastText: 120),
      Effort(rounds: true, leastText: 120), smallest,
    ]
    static let smallest = Effort(rounds: true, leastText: 100, isSmall: true)

    /// How wide a column is beside its text, and how much smaller the text.
    var gap: Double { isSmall ? 6 : 12 }
    var scale: Double { isSmall ? 0.85 : 1 }
  }

  /// The columns of each `tabular`, and whether their font is the smaller one.
  func layout() -> LaTeXLayout {
    let all = Array(columns.indices)
    for effort in Effort.all {
      let measured = all.map { measure($0, effort) }
      if total(measured, effort) <= Self.lineWidth {
        return LaTeXLayout(panels: [filled(measured, effort)], isSmall: effort.isSmall)
      }
    }
    let panels = self.panels(all.map { measure($0, .smallest) })
    return LaTeXLayout(panels: panels.map { filled($0, .smallest) }, isSmall: true)
  }

  /// The columns in as few panels as hold them. Each begins with the first column, by which a reader finds the
  /// row.
  private func panels(_ measured: [Measured]) -> [[Measured]] {
    guard let first = measured.first else { return [] }
    func panels(ofAtMost count: Int) -> [[Measured]] {
      measured.dropFirst().reduce(into: [[first]]) { panels, column in
        let wider = panels[panels.count - 1] + [column]
        let fits = total(wider, .smallest) <= Self.lineWidth && wider.count <= count
        if fits || wider.count == 2 {
          panels[panels.count - 1] = wider
        } else {
          panels.append([first, column])
        }
      }
    }
    // No panel of one column below a full one.
    let fewest = panels(ofAtMost: measured.count)
    let share = (measured.count - 2) / fewest.count + 2
    let even = panels(ofAtMost: share)
    return even.count == fewest.count ? even : fewest
  }

  /// How much room a column takes, in points at 10 points.
  private struct Measured {
    let index: Int
    let digits: Int
    /// As wide as it wants to be, and as narrow as it can.
    let natural: Double
    let least: Double
    let isText: Bool
  }

  private func measure(_ column: Int, _ effort: Effort) -> Measured {
    let digits = effort.rounds ? NumberText.fewestDigits(reals(of: column)) : NumberText.digits
    let cells = sample.reduce(0) {
      max($0, LaTeXText.width(of: $1[column], digits: digits))
    }
    let name = columns[column].name
    let heading =
      effort.breaksHeadings
      ? LaTeXText.pieces(of: name).map(LaTeXText.width).max() ?? 0 : LaTeXText.width(of: name)
    let isText = sample.contains { $0[column].text != nil }
    let natural = max(cells, heading)
    return Measured(
      index: column, digits: digits, natural: natural,
      least: isText ? max(heading, min(natural, effort.leastText)) : natural, isText: isText)
  }

  private func reals(of column: Int) -> [Double] {
    sample.compactMap { if case .real(let number) = $0[column] { number } else { nil } }
  }

  private func total(_ measured: [Measured], _ effort: Effort) -> Double {
    measured.reduce(0) { $0 + effort.scale * $1.least + effort.gap }
  }

  /// The columns with the room that is left given to text, the narrowest served first.
  private func filled(_ measured: [Measured], _ effort: Effort) -> [LaTeXLayout.Column] {
    let fixed = measured.filter { !$0.isText }.reduce(0) { $0 + $1.natural }
    var room = (Self.lineWidth - effort.gap * Double(measured.count)) / effort.scale - fixed
    var widths: [Int: Double] = [:]
    let texts = measured.filter(\.isText).sorted { $0.natural < $1.natural }
    for (place, column) in texts.enumerated() {
      // What those after this one cannot do without.
      let kept = texts[(place + 1)...].reduce(0) { $0 + $1.least }
      let share = max(column.least, min(room / Double(texts.count - place), room - kept))
      widths[column.index] = min(column.natural, share)
      room -= min(column.natural, share)
    }
    return measured.map { column in
      let width = widths[column.index] ?? column.natural
      let isWrapped = width < column.natural
      let name = columns[column.index].name
      return LaTeXLayout.Column(
        index: column.index, digits: column.digits,
        heading: effort.breaksHeadings ? Self.lines(of: name, width: width) : [name],
        isRight: isRight[column.index], width: isWrapped ? width * effort.scale : nil)
    }
  }

  /// A heading in as few lines as a width needs.
  private static func lines(of name: String, width: Double) -> [String] {
    LaTeXText.pieces(of: name).reduce(into: []) { lines, piece in
      if let last = lines.last, LaTeXText.width(of: last + piece) <= width {
        lines[lines.count - 1] += piece
      } else {
        lines.append(piece)
      }
    }
  }
}

/// How a table is one or several `tabular`s.
struct LaTeXLayout {
  /// More lines go on over the next page.
  private static let mostLines = 40.0

  /// How a column stands in its `tabular`.
  struct Column {
    /// Which of the table's columns it is.
    let index: Int
    /// How many significant digits its numbers have at least.
    let digits: Int
    /// The lines of its heading.
    let heading: [String]
    let isRight: Bool
    /// How wide its lines are, in points, where its text has several.
    let width: Double?
  }

  let panels: [[Column]]
  let isSmall: Bool

  /// Whether so many rows are no more than a page holds.
  func fitsPage(_ rows: [[SQLValue]]) -> Bool {
    let wrapped = panels.joined().filter { $0.width != nil }
    let lines = rows.reduce(0.0) { lines, row in
      lines
        + wrapped.reduce(1) { most, column in
          let width = LaTeXText.width(of: row[column.index], digits: column.digits)
          return max(most, (width * (isSmall ? 0.85 : 1) / (column.width ?? width)).rounded(.up))
        }
    }
    return lines <= Self.mostLines
  }
}
