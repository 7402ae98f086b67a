/// Cuts the bytes of a CSV file into records and fields, without looking at what they mean.
struct CSVScanner {
  private let bytes: [UInt8]
  private let name: String
  private var position: Int
  private var line = 1
  private var recordCount = 0

  /// Starts before the first record, and after a byte order mark.
  init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The next record; nil at the end, before which empty lines are skipped.
  mutating func nextRecord() throws -> CSVRecord? {
    let start = line
    while skipLineEnd() {}
    guard position < bytes.count else { return nil }
    guard line == start else { throw CSVError.emptyLine(file: name, line: start) }

    recordCount += 1
    var record = CSVRecord(number: recordCount, line: line, fields: [])
    repeat {
      let field = try nextField(column: record.fields.count + 1)
      record.fields.append(field)
    } while skip(comma)
    _ = skipLineEnd()
    return record
  }

  /// Reads up to, not over, a comma, a line end, or the end.
  private mutating func nextField(column: Int) throws -> CSVField {
    let line = line
    let isQuoted = skip(quote)
    let text =
      isQuoted ? try quotedText(line: line, column: column) : plainText()
    let isEnd = position == bytes.count || bytes[position] == comma || isAtLineEnd
    guard isEnd else {
      throw CSVError.misplacedQuote(file: name, line: line, column: column)
    }
    return CSVField(text: text, line: line, column: column)
  }

  /// A field without quotes; stops at one.
  private mutating func plainText() -> [UInt8] {
    let start = position
    while position < bytes.count, bytes[position] != comma, bytes[position] != quote, !isAtLineEnd {
      position += 1
    }
    return Array(bytes[start..<position])
  }

  /// The rest of a quoted field, with its closing quote; two quotes stand for one.
  private mutating func quotedText(line: Int, column: Int) throws -> [UInt8] {
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == quote, !skip(quote) { return text }
      if byte == lineFeed { self.line += 1 }
      text.append(byte)
    }
    throw CSVError.unclosedQuote(file: name, line: line, column: column)
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipLineEnd() -> Bool {
    guard isAtLineEnd else { return false }
    position += bytes[position] == lineFeed ? 1 : 2
    line += 1
    return true
  }

  private var isAtLineEnd: Bool {
    guard position < bytes.count else { return false }
    if bytes[position] == lineFeed { return true }
    return bytes[position] == carriageReturn && position + 1 < bytes.count
      && bytes[position + 1] == lineFeed
  }
}

private let comma = UInt8(ascii: ",")
private let quote = UInt8(ascii: "\"")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
