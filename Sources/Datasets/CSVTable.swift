/// Rows of numbers from a CSV file (RFC 4180), read strictly: what is not clearly a number is an
/// error with its line and column.
///
/// Lines end with LF or CRLF, a byte order mark is skipped, fields may be quoted, spaces around a
/// number do not matter, and neither do empty lines at the end. All rows have the same length.
///
/// The first line is a header only if all its fields are names. A name starts with a letter or an
/// underscore, and is no word for a value, such as `NA`, `true` or `USD 5`. A first row of anything
/// else is data, and an error if it cannot be read.
public struct CSVTable: Sendable, Hashable {
  /// The texts of the first line if it is a header.
  public let columnNames: [String]?

  /// The numbers, all finite; at least one row of at least one.
  public let rows: [[Double]]

  /// The line of the first row, from 1; each row has one line.
  public let firstLine: Int

  /// What a person should know about how the file was read, in sentences.
  public let remarks: [DataRemark]

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
    try self.init(header: header, columnCount: columnCount) { try FileSource(path: path) }
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
    try self.init(header: header, columnCount: columnCount) { ArraySource(bytes, path: name) }
  }

  private init(
    header: CSVHeader, columnCount: Int?, from open: () throws -> any ByteSource
  ) throws {
    var start: [UInt8] = []
    let source = try open()
    _ = try source.read(FileKind.startSize, appendingTo: &start)
    if let kind = FileKind(start: start), kind != .text {
      throw CSVError.otherFile(file: source.path, kind: kind)
    }
    // Read twice, so that a file that is wrong somewhere takes no memory.
    var check = try CSVReader(open(), header: header, width: columnCount)
    var count = 0
    while try check.nextRow() != nil { count += 1 }
    guard count > 0 else {
      throw CSVError.empty(file: source.path, hasHeader: check.columnNames != nil)
    }
    var reader = try CSVReader(open(), header: header, width: columnCount)
    var rows: [[Double]] = []
    rows.reserveCapacity(count)
    while let row = try reader.nextRow() { rows.append(row) }
    columnNames = reader.columnNames
    firstLine = reader.firstLine
    remarks = reader.remarks(rowCount: count)
    self.rows = rows
  }
}

/// Turns records into names and rows.
private struct CSVReader {
  private let name: String
  private let header: CSVHeader
  private var scanner: CSVScanner
  private var width: Int?
  private(set) var columnNames: [String]?
  private(set) var firstLine = 1
  private var countsColumns = false

  init(_ source: any ByteSource, header: CSVHeader, width: Int?) throws {
    name = source.path
    self.header = header
    self.width = width
    scanner = try CSVScanner(source)
  }

  /// The next row of numbers; nil at the end.
  mutating func nextRow() throws -> [Double]? {
    guard let record = try scanner.nextRecord() else { return nil }
    if record.number == 1 { try checkSeparatorNote(record) }
    try record.checkSeparator(file: name)
    if record.number == 1, header == .detected { columnNames = try record.names(file: name) }
    try record.check(width: width, file: name)
    width = record.fields.count
    guard record.number == 1 else {
      if countsColumns, header == .detected, record.fields.count > 2 {
        throw CSVError.numberedHeader(file: name, line: firstLine, columns: record.fields.count)
      }
      return try record.numbers(file: name)
    }
    if header == .present { columnNames = record.fields.map(\.trimmed) }
    if columnNames != nil {
      let row = try nextRow()
      firstLine = record.line + 1 + record.fields.reduce(0) { $0 + $1.text.count { $0 == 0x0A } }
      return row
    }
    let row = try record.numbers(file: name)
    firstLine = record.line
    countsColumns = row.count > 1 && row.enumerated().allSatisfy { Double($0) == $1 }
    return row
  }

  /// Excel takes a first line `sep=;` for a note on the separator.
  private func checkSeparatorNote(_ record: CSVRecord) throws {
    guard let first = record.fields.first, !first.isQuoted,
      first.trimmed.lowercased().hasPrefix("sep=")
    else { return }
    let separator = record.fields.count > 1 ? "," : String(first.trimmed.dropFirst(4))
    throw CSVError.separatorNote(file: name, line: record.line, separator: separator)
  }

  func remarks(rowCount: Int) -> [DataRemark] {
    let size = "\(rowCount) \(rowCount == 1 ? "row" : "rows") of \(width ?? 0)"
    let names = columnNames.map { names in
      let shown = names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
      return "after a header (\(shown))"
    }
    let note = DataRemark(.note, "\(name): \(size), \(names ?? "no header").")
    guard countsColumns else { return [note] }
    return [
      note,
      DataRemark(
        .warning,
        "The first row of \(name) counts its columns from 0, as pandas does in a header without "
          + "names. It was taken for data: if it is a header, remove it."),
    ]
  }
}
