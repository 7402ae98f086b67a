/// Cuts the bytes of a CSV file into records and fields, without looking at what they mean.
///
/// It holds one record at a time, of fields and records that are as long as tables have them, so
/// that whatever a file holds takes little memory.
struct CSVScanner {
  private let source: any ByteSource
  private var buffer: [UInt8] = []
  private var position = 0
  private var line = 1
  private var recordCount = 0

  private static let longestField = 1 << 16
  private static let mostColumns = 1 << 16

  /// Starts before the first record, and after a byte order mark.
  init(_ source: any ByteSource) throws {
    self.source = source
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    _ = try source.read(byteOrderMark.count, appendingTo: &buffer)
    if buffer == byteOrderMark { position = buffer.count }
  }

  private var name: String { source.path }

  /// The next record; nil at the end, before which empty lines are skipped.
  mutating func nextRecord() throws -> CSVRecord? {
    let start = line
    while try skipLineEnd() {}
    guard try peek() != nil else { return nil }
    guard line == start else { throw CSVError.emptyLine(file: name, line: start) }

    recordCount += 1
    var record = CSVRecord(number: recordCount, line: line, fields: [])
    repeat {
      guard record.fields.count < Self.mostColumns else {
        throw CSVError.tooManyColumns(file: name, line: line, most: Self.mostColumns)
      }
      record.fields.append(try nextField(column: record.fields.count + 1))
    } while try skip(comma)
    _ = try skipLineEnd()
    return record
  }

  /// Reads up to, not over, a comma, a line end, or the end.
  private mutating func nextField(column: Int) throws -> CSVField {
    let line = line
    let isQuoted = try skip(quote)
    let text =
      isQuoted
      ? try quotedText(line: line, column: column) : try plainText(line: line, column: column)
    let end = try peek()
    guard end == nil || end == comma || end == lineFeed || end == carriageReturn else {
      let separators = CSVError.Separator.allCases
      if let separator = separators.first(where: { $0.byte == end }),
        separator != .space
      {
        throw CSVError.otherSeparator(file: name, line: line, separator: separator)
      }
      throw CSVError.misplacedQuote(file: name, line: line, column: column)
    }
    return CSVField(text: text, isQuoted: isQuoted, line: line, column: column)
  }

  /// A field without quotes; stops at one.
  private mutating func plainText(line: Int, column: Int) throws -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(16)
    while let byte = try peek(), byte != comma, byte != quote, byte != lineFeed,
      byte != carriageReturn
    {
      guard byte >= 0x20 || byte == tab else {
        throw CSVError.notText(file: name, line: line, column: column, byte: byte)
      }
      position += 1
      try append(byte, to: &text, line: line, column: column)
    }
    return text
  }

  /// The rest of a quoted field, with its closing quote; two quotes stand for one.
  private mutating func quotedText(line: Int, column: Int) throws -> [UInt8] {
    var text: [UInt8] = []
    while let byte = try peek() {
      position += 1
      if byte == quote, try !skip(quote) { return text }
      if byte == lineFeed { self.line += 1 }
      try append(byte, to: &text, line: line, column: column)
    }
    throw CSVError.unclosedQuote(file: name, line: line, column: column)
  }

  private func append(_ byte: UInt8, to text: inout [UInt8], line: Int, column: Int) throws {
    guard text.count < Self.longestField else {
      throw CSVError.longField(file: name, line: line, column: column, most: Self.longestField)
    }
    text.append(byte)
  }

  private mutating func skip(_ byte: UInt8) throws -> Bool {
    guard try peek() == byte else { return false }
    position += 1
    return true
  }

  /// Passes over LF or CRLF. A CR alone, the line end of old Macintoshes, would make a file of one
  /// line of it.
  private mutating func skipLineEnd() throws -> Bool {
    if try skip(carriageReturn) {
      guard try peek() == lineFeed else {
        throw CSVError.loneCarriageReturn(file: name, line: line)
      }
    }
    guard try skip(lineFeed) else { return false }
    line += 1
    return true
  }

  /// The next byte; nil at the end.
  private mutating func peek() throws -> UInt8? {
    if position == buffer.count {
      buffer.removeAll(keepingCapacity: true)
      position = 0
      guard try source.read(1 << 16, appendingTo: &buffer) > 0 else { return nil }
    }
    return buffer[position]
  }
}

private let comma = UInt8(ascii: ",")
private let tab = UInt8(ascii: "\t")
private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
