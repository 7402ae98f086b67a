import RunStore

/// Several titled tables that belong together.
public struct TableSheet: Sendable, Hashable {
  /// A part of the sheet.
  public struct Section: Sendable, Hashable {
    /// Its title.
    public let title: String
    /// Its table.
    public let table: Table

    /// A table under a title.
    public init(title: String, table: Table) {
      self.title = title
      self.table = table
    }
  }

  /// The parts, in order.
  public let sections: [Section]

  /// The sheet of these parts, without those that have no rows.
  public init(_ sections: [Section]) {
    self.sections = sections.filter { !$0.table.rows.isEmpty }
  }

  /// The sheet as text.
  ///
  /// Text, Markdown and LaTeX have one titled table after the other; JSON has one object with an array
  /// for each table; CSV and JSON lines have one table with a row for each value.
  public func formatted(as format: TableFormat) -> String {
    switch format {
    case .text:
      sections.map { "\($0.title)\n\($0.table.formatted(as: format))" }.joined(separator: "\n")
    case .markdown:
      sections.map { "## \($0.title)\n\n\($0.table.formatted(as: format))" }
        .joined(separator: "\n")
    case .latex:
      sections.map { "% \($0.title)\n\($0.table.formatted(as: format))" }.joined(separator: "\n")
    case .json:
      "{\n"
        + sections.map { "\"\($0.key)\": \($0.table.formatted(as: format).dropLast())" }
        .joined(separator: ",\n") + "\n}\n"
    case .csv, .jsonl:
      flattened.formatted(as: format)
    }
  }

  private var flattened: Table {
    Table(
      columns: ["table", "row", "column", "value"],
      rows: sections.flatMap { section in
        section.table.rows.enumerated().flatMap { index, row in
          zip(section.table.columns, row).map { column, value in
            [.text(section.key), .integer(Int64(index + 1)), .text(column.name), value]
          }
        }
      })
  }
}

extension TableSheet.Section {
  /// The title as a key: lower case, words joined by underscores.
  fileprivate var key: String {
    title.lowercased().replacing(" ", with: "_")
  }
}
