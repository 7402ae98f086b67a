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
    private let forEachRow: RowsWithAbsences

    /// Hands over the rows of a table in their order.
    public typealias Rows = @Sendable (_ body: ([SQLValue]) throws -> Void) throws -> Void

    /// Hands over rows, and which columns each has no value for.
    private typealias RowsWithAbsences =
      @Sendable (_ body: ([SQLValue], Set<Int>) throws -> Void) throws -> Void

    /// A table under a title, of rows that are read when it is written.
    public init(title: String, columns: [Table.Column], forEachRow: @escaping Rows) {
      (self.title, self.columns) = (title, columns)
      self.forEachRow = { body in try forEachRow { try body($0, []) } }
    }

    /// A table under a title.
    public init(title: String, table: Table) {
      (self.title, columns) = (title, table.columns)
      forEachRow = { body in
        for (index, row) in table.rows.enumerated() { try body(row, table.absences[index] ?? []) }
      }
    }

    /// The table with its first rows.
    func table(limit: Int) throws -> Table {
      var table = Table(columns: columns)
      _ = try rows(limit: limit) { row, _ in table.rows.append(row) }
      return table
    }

    /// - Parameter limit: The most rows to hand over; nil for all.
    /// - Returns: Whether there are more.
    fileprivate func rows(
      limit: Int?, _ body: (_ row: [SQLValue], _ absent: Set<Int>) throws -> Void
    ) throws -> Bool {
      var count = 0
      try forEachRow { row, absent in
        count += 1
        if count <= limit ?? .max { try body(row, absent) }
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

  /// What of a sheet was not written.
  public struct Omissions: Sendable, Equatable {
    /// The titles of the tables that have more rows.
    public fileprivate(set) var cut: [String] = []
    /// The names of the columns for which there was no room.
    public fileprivate(set) var leftOut: [String] = []
  }

  /// Writes the sheet, in the layout of the format.
  /// - Parameters:
  ///   - limit: The most rows of a table; nil for all.
  ///   - width: What a table of `text` fits into; nil for any.
  @discardableResult
  public func write(
    to output: inout some TextOutputStream, as format: TableFormat, limit: Int? = nil,
    width: Int? = nil
  ) throws -> Omissions {
    let text = SheetText(output)
    defer { output = text.output }
    var omissions = Omissions()
    func write(between separator: String, head: (Section) -> String) throws {
      omissions = try self.write(
        to: text, as: format, limit, width, between: separator, head: head)
    }
    switch format.sheetLayout {
    case .titled(let heading): try write(between: "\n") { heading($0.title) }
    case .object:
      text.write("{\n")
      try write(between: ",\n") { "\"\($0.key)\": " }
      text.write("\n}\n")
    case .flattened: omissions.cut = try writeFlattened(to: text, as: format, limit)
    }
    text.finish()
    return omissions
  }

  /// Writes each table that has rows by itself.
  /// - Parameter write: Is given the key of a table, such as `metrics`, and its text.
  public func writeApart(
    as format: TableFormat, _ write: (_ key: String, _ text: String) throws -> Void
  ) throws {
    for section in sections {
      var writer = TableWriter(format, to: "")
      writer.begin(section.columns)
      var isEmpty = true
      _ = try section.rows(limit: nil) { row, absent in
        isEmpty = false
        writer.row(row, absent: absent)
      }
      writer.end()
      if !isEmpty { try write(section.key, writer.output) }
    }
  }

  private func write(
    to text: SheetText<some TextOutputStream>, as format: TableFormat, _ limit: Int?,
    _ width: Int?, between separator: String, head: (Section) -> String
  ) throws -> Omissions {
    var isFirst = true
    var omissions = Omissions()
    for section in sections {
      var writer = TableWriter(format, to: text, width: width)
      var isEmpty = true
      let isCut = try section.rows(limit: limit) { row, absent in
        if isEmpty {
          text.write((isFirst ? "" : separator) + head(section))
          writer.begin(section.columns)
          (isFirst, isEmpty) = (false, false)
        }
        writer.row(row, absent: absent)
      }
      if !isEmpty { writer.end() }
      // An element of a JSON object is followed by a comma, or by the end of the object.
      if case .object = format.sheetLayout { text.dropLineEnd() }
      if isCut { omissions.cut.append(section.title) }
      for name in writer.leftOut where !omissions.leftOut.containsExactly(name) {
        omissions.leftOut.append(name)
      }
    }
    return omissions
  }

  private func writeFlattened(
    to text: SheetText<some TextOutputStream>, as format: TableFormat, _ limit: Int?
  ) throws -> [String] {
    var writer = TableWriter(format, to: text)
    var columns: [Table.Column] = ["table", "row", "column", "value"]
    columns[3].showsNone = true
    writer.begin(columns)
    let cut = try sections.filter { section in
      var number: Int64 = 0
      return try section.rows(limit: limit) { row, absent in
        number += 1
        for (index, column) in section.columns.enumerated() where !absent.contains(index) {
          // JSON says null of everything that is not there; CSV says it of None alone.
          let isNothing = format == .csv && row[index] == .null && !column.showsNone
          writer.row(
            [.text(section.key), .integer(number), .text(column.name), row[index]],
            absent: isNothing ? [3] : [])
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
    lineEnd = text.utf8.last == UInt8(ascii: "\n") ? "\n" : ""
    output.write(lineEnd.isEmpty ? text : String(text.utf8.dropLast()) ?? text)
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
