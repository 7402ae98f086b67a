/// Rows of numbers from a CSV file (RFC 4180), read strictly: what is not clearly a number is an
/// error with its line and column.
///
/// Lines end with LF or CRLF, a byte order mark is skipped, fields may be quoted, spaces around a
/// number do not matter, and neither do empty lines at the end. All rows have the same length.
public struct CSVTable: Sendable, Hashable {
  /// The texts of the first line if it is a header.
  public let columnNames: [String]?

  /// The numbers, all finite; at least one row of at least one.
  public let rows: [[Double]]

  /// The number of columns.
  public var columnCount: Int { rows.first?.count ?? 0 }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - header: Whether the first line holds names.
  ///   - columnCount: How many columns there must be; without it, as many as in the first line.
  /// - Throws: `FileAccessError`, `CSVError`.
  public init(
    contentsOf path: String, header: CSVHeader = .detected, columnCount: Int? = nil
  ) throws {
    try self.init(
      decoding: readFile(at: path), name: path, header: header, columnCount: columnCount)
  }

  /// Reads the bytes of a file.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 text.
  ///   - name: What errors call it.
  ///   - header: Whether the first line holds names.
  ///   - columnCount: How many columns there must be; without it, as many as in the first line.
  /// - Throws: `CSVError`.
  public init(
    decoding bytes: [UInt8], name: String, header: CSVHeader = .detected, columnCount: Int? = nil
  ) throws {
    var scanner = CSVScanner(bytes, name: name)
    var names: [String]?
    var rows: [[Double]] = []
    var width = columnCount
    while let record = try scanner.nextRecord() {
      try record.check(width: width, file: name)
      width = record.fields.count
      if record.number == 1, header == .present || header == .detected && record.isAllText {
        names = record.fields.map(\.trimmed)
      } else {
        rows.append(try record.numbers(file: name))
      }
    }
    guard !rows.isEmpty else { throw CSVError.empty(file: name, hasHeader: names != nil) }
    columnNames = names
    self.rows = rows
  }
}
