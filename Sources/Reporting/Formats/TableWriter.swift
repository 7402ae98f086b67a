import RunStore

/// Writes a table row by row, so that a million rows need no more memory than ten.
///
/// ```swift
/// var writer = TableWriter(.csv, to: output)
/// writer.begin(["epoch", "loss"])
/// writer.row([1, 0.693])
/// writer.end()
/// ```
///
/// CSV, JSON and JSON lines hold one row at a time. Text, Markdown and LaTeX hold the first rows, up to
/// `sampleSize`, to size the columns; a wider value further down moves its own line, and is never cut.
public struct TableWriter<Output: TextOutputStream> {
  /// Where the text goes, in pieces of some kilobytes.
  public private(set) var output: Output
  let format: TableFormat
  private var encoder: any RowEncoder
  private var columnCount = 0
  private var pending = ""
  private let pieceSize = 32_768

  /// A writer of `format` to `output`.
  /// - Parameters:
  ///   - format: The form of the text.
  ///   - output: Takes the text; a file should be a reference (`FileOutput`), so that all see one buffer.
  ///   - width: What a table of `text` fits into, by shortening and leaving out columns; nil for any.
  ///   - sampleSize: After how many rows text, Markdown and LaTeX settle the widths of their columns.
  public init(
    _ format: TableFormat, to output: Output, width: Int? = nil, sampleSize: Int = 1_000
  ) {
    precondition(sampleSize > 0, "A writer needs at least one row to size its columns.")
    self.output = output
    self.format = format
    encoder = format.encoder(sampleSize: sampleSize, width: width)
  }

  /// Starts the table; comes first, and once.
  public mutating func begin(_ columns: [Table.Column]) {
    columnCount = columns.count
    encoder.begin(columns, into: &pending)
  }

  /// Writes one row.
  /// - Parameters:
  ///   - values: One value a column.
  ///   - absent: The columns that the row has no value for, not even null.
  public mutating func row(_ values: [SQLValue], absent: Set<Int> = []) {
    precondition(
      values.count == columnCount, "A row of \(values.count) values for \(columnCount) columns.")
    let bytes = values.reduce(0) { $0 + $1.byteCount }
    // Room that grows by doubling would be three times a long value.
    if bytes > pieceSize { pending.reserveCapacity(pending.utf8.count + bytes + pieceSize) }
    encoder.row(values, absent: absent, into: &pending)
    if pending.utf8.count >= pieceSize { flush() }
  }

  /// Ends the table; comes last, and once.
  public mutating func end() {
    encoder.end(into: &pending)
    flush()
  }

  /// The names of the columns that were left out for want of room.
  public var leftOut: [String] { encoder.leftOut }

  private mutating func flush() {
    output.write(pending)
    // The room of a long value is given back.
    pending.removeAll(keepingCapacity: pending.utf8.count < 4 * pieceSize)
  }
}

/// Turns columns and rows into the text of one format.
protocol RowEncoder {
  mutating func begin(_ columns: [Table.Column], into text: inout String)
  mutating func row(_ values: [SQLValue], absent: Set<Int>, into text: inout String)
  mutating func end(into text: inout String)
  /// The names of the columns that do not fit.
  var leftOut: [String] { get }
}

extension RowEncoder {
  var leftOut: [String] { [] }
}
