import Foundation
import RunStore

/// A `tabular` with the three rules of the package `booktabs`, which goes into a document as it is and fits its
/// lines; a `longtable` where it is longer than a page. Of a table that is too wide for one, several stand below
/// each other.
///
/// The first rows are held until they have settled the layout. Where there are several `tabular`s, all but the
/// first are held to the end.
final class LaTeXRows: RowEncoder {
  private let sampleSize: Int
  private var columns: [Table.Column] = []
  private var sample: [[SQLValue]] = []
  private var layout: LaTeXLayout?
  private var isLong = false
  /// How wide each column of each panel is in the file.
  private var sourceWidths: [[Int]] = []
  private var held: [String] = []

  init(sampleSize: Int) {
    self.sampleSize = sampleSize
  }

  func begin(_ columns: [Table.Column], into text: inout String) {
    self.columns = columns.map { column in
      var column = column
      column.name = VisibleText.escaping(column.name)
      return column
    }
  }

  func row(_ values: [SQLValue], absent: Set<Int>, into text: inout String) {
    guard layout == nil else { return append(values, to: &text) }
    sample.append(values)
    if sample.count == sampleSize { settle(into: &text) }
  }

  func end(into text: inout String) {
    if layout == nil { settle(into: &text) }
    let isSmall = layout?.isSmall == true
    let foot = "\\bottomrule\n\\end{\(isLong ? "longtable" : "tabular")}"
    text += foot
    for panel in held { text += "\\par\\medskip\\noindent\n" + panel + foot }
    text += isSmall ? "}\n" : "\n"
  }

  private func settle(into text: inout String) {
    let isRight = columns.indices.map { columns[$0].isRight(in: sample, at: $0) }
    let layout = LaTeXFit(columns: columns, sample: sample, isRight: isRight).layout()
    sourceWidths = layout.panels.map { panel in
      panel.map { column in
        let heading = column.heading.count == 1 ? LaTeXText.escaping(column.heading[0]).count : 0
        return sample.reduce(heading) {
          min(ColumnLayout.widest, max($0, Self.cell($1, column).count))
        }
      }
    }
    isLong = !layout.fitsPage(sample)
    text += "% In the preamble: \\usepackage{array,booktabs,longtable}\n"
    if layout.isSmall { text += "{\\footnotesize\\setlength{\\tabcolsep}{3pt}%\n" }
    let heads = zip(layout.panels, sourceWidths).map(head)
    text += heads.first ?? ""
    held = Array(heads.dropFirst())
    self.layout = layout
    for row in sample { append(row, to: &text) }
    sample = []
  }

  private func append(_ values: [SQLValue], to text: inout String) {
    for (place, panel) in (layout?.panels ?? []).enumerated() {
      let line = Self.line(panel.map { Self.cell(values, $0) }, panel, sourceWidths[place])
      if place == 0 { text += line } else { held[place - 1] += line }
    }
  }

  private static func line(
    _ cells: [String], _ panel: [LaTeXLayout.Column], _ widths: [Int]
  ) -> String {
    zip(cells, zip(panel, widths)).map { cell, place in
      let blanks = String(repeating: " ", count: max(0, place.1 - cell.count))
      return place.0.isRight ? blanks + cell : cell + blanks
    }.joined(separator: " & ") + " \\\\\n"
  }

  private static func cell(_ values: [SQLValue], _ column: LaTeXLayout.Column) -> String {
    if let width = column.width, let text = values[column.index].text {
      return LaTeXText.wrapping(VisibleText.escaping(text), in: width)
    }
    return LaTeXText.cell(values[column.index], digits: column.digits)
  }

  private func head(_ panel: [LaTeXLayout.Column], _ widths: [Int]) -> String {
    let letters = panel.map { column in
      guard let width = column.width else { return column.isRight ? "r" : "l" }
      let side = column.isRight ? "raggedleft" : "raggedright"
      return ">{\\\(side)\\arraybackslash}p{\(Int(width))pt}"
    }
    let headings = panel.map { column in
      let lines = column.heading.map { LaTeXText.escaping($0) }
      return lines.count == 1
        ? lines[0]
        : "\\begin{tabular}[b]{@{}\(column.isRight ? "r" : "l")@{}}"
          + lines.joined(separator: "\\\\") + "\\end{tabular}"
    }
    return """
      \\begin{\(isLong ? "longtable}[l]" : "tabular}"){\(letters.joined())}
      \\toprule
      \(Self.line(headings, panel, widths))\\midrule\(isLong ? "\\endhead" : "")

      """
  }
}
