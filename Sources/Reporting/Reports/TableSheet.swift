import RunStore

/// Several titled tables that belong together. Those of a file may have millions of rows: they are read as
/// the sheet is written, and memory does not grow with their number.
public struct TableSheet: Sendable {
  /// A part of the sheet.
  public struct Section: Sendable {
    /// Its title.
    public let title: String
    /// The columns of its table.
    public let columns: [Table.Column]
    private let forEachRow: Rows

    /// Hands over the rows of a table in their order.
    public typealias Rows = @Sendable (_ body: ([SQLValue]) throws -> Void) throws -> Void

    /// A table under a title, of rows that are read when it is written.
    public init(title: String, columns: [Table.Column], forEachRow: @escaping Rows) {
      (self.title, self.columns, self.forEachRow) = (title, columns, forEachRow)
    }

    /// A table under a title.
    public init(title: String, table: Table) {
      self.init(title: title, columns: table.columns) { body in try table.rows.forEach(body) }
    }

    /// The table with its first rows.
    func table(limit: Int) throws -> Table {
      var table = Table(columns: columns)
      _ = try rows(limit: limit) { table.rows.append($0) }
      return table
    }

    /// - Parameter limit: The most rows to hand over; nil for all.
    /// - Returns: Whether there are more.
    fileprivate func rows(
      limit: Int?, _ body: ([SQLValue]) throws -> Void
    ) throws -> Bool {
      var count = 0
      try forEachRow { row in
        count += 1
        if count <= limit ?? .max { try body(row) }
      }
      return count > limit ?? .max
    }
  }

  /// The parts, in order. Those without rows are not written.
  public let sections: [Section]

  /// The sheet of these parts.
  public init(_ sections: [Section]) {
    self.sections = sections
  }

  /// The sheet as text, as `write` writes it.
  public func formatted(as format: TableFormat) throws -> String {
    var text = ""
    try write(to: &text, as: format)
    return text
  }

  /// Writes the sheet.
  ///
  /// Text, Markdown and LaTeX have one titled table after the other; JSON has one object with an array
  /// for each table; CSV and JSON lines have one table with a row for each value.
  /// - Parameter limit: The most rows of a table; nil for all.
  /// - Returns: The titles of the tables that have more.
  @discardableResult
  public func write(
    to output: inout some TextOutputStream, as format: TableFormat, limit: Int? = nil
  ) throws -> [String] {
    let text = SheetText(output)
    defer { output = text.output }
    var cut: [String] = []
    switch format {
    case .text: cut = try write(to: text, as: format, limit, between: "\n") { "\($0.title)\n" }
    case .markdown:
      cut = try write(to: text, as: format, limit, between: "\n") { "## \($0.title)\n\n" }
    case .latex: cut = try write(to: text, as: format, limit, between: "\n") { "% \($0.title)\n" }
    case .json:
      text.write("{\n")
      cut = try write(to: text, as: format, limit, between: ",\n") { "\"\($0.key)\": " }
      text.write("\n}\n")
    case .csv, .jsonl: cut = try writeFlattened(to: text, as: format, limit)
    }
    text.finish()
    return cut
  }

  private func write(
    to text: SheetText<some TextOutputStream>, as format: TableFormat, _ limit: Int?,
    between separator: String, head: (Section) -> String
  ) throws -> [String] {
    var isFirst = true
    return try sections.filter { section in
      var writer = TableWriter(format, to: text)
      var isEmpty = true
      let isCut = try section.rows(limit: limit) { row in
        if isEmpty {
          text.write((isFirst ? "" : separator) + head(section))
          writer.begin(section.columns)
          (isFirst, isEmpty) = (false, false)
        }
        writer.row(row)
      }
      if !isEmpty { writer.end() }
      // An element of a JSON object is followed by a comma, or by the end of the object.
      if format == .json { text.dropLineEnd() }
      return isCut
    }.map(\.title)
  }

  private func writeFlattened(
    to text: SheetText<some TextOutputStream>, as format: TableFormat, _ limit: Int?
  ) throws -> [String] {
    var writer = TableWriter(format, to: text)
    writer.begin(["table", "row", "column", "value"])
    let cut = try sections.filter { section in
      var number: Int64 = 0
      return try section.rows(limit: limit) { row in
        number += 1
        for (column, value) in zip(section.columns, row) {
          writer.row([.text(section.key), .integer(number), .text(column.name), value])
        }
      }
    }
    writer.end()
    return cut.map(\.title)
  }
}

/// What all tables of a sheet write to. The last line end is held back until something follows it.
private final class SheetText<Output: TextOutputStream>: TextOutputStream {
  private(set) var output: Output
  private var lineEnd = ""

  init(_ output: Output) { self.output = output }

  func write(_ text: String) {
    guard !text.isEmpty else { return }
    if !lineEnd.isEmpty { output.write(lineEnd) }
    // CR LF is one character, and stays whole.
    lineEnd = text.last == "\n" ? "\n" : ""
    output.write(lineEnd.isEmpty ? text : String(text.dropLast()))
  }

  func dropLineEnd() { lineEnd = "" }

  func finish() { output.write(lineEnd) }
}

extension TableSheet.Section {
  /// The title as a key: lower case, words joined by underscores.
  fileprivate var key: String {
    title.lowercased().replacing(" ", with: "_")
  }
}
