/// One record of a CSV file: a line, unless quoted fields contain line ends.
struct CSVRecord {
  /// Counts from 1.
  let number: Int
  /// The line where it starts, from 1.
  let line: Int
  var fields: [CSVField]

  /// Whether no field could be meant as a number.
  var isAllText: Bool {
    fields.allSatisfy { field in
      if case .text = field.content { return true }
      return false
    }
  }

  /// Checks the number of fields, if one is prescribed.
  func check(width: Int?, file: String) throws {
    guard let width, fields.count != width else { return }
    if fields.count < width {
      throw CSVError.missingColumn(
        file: file, line: line, column: fields.count + 1, expected: width)
    }
    throw CSVError.extraColumn(
      file: file, line: fields[width].line, column: width + 1, expected: width)
  }

  /// The values of all fields.
  func numbers(file: String) throws -> [Double] {
    try fields.map { field in
      switch field.content {
      case .number(let value):
        return value
      case .empty:
        throw CSVError.emptyField(file: file, line: field.line, column: field.column)
      case .notFinite:
        throw CSVError.notFinite(
          file: file, line: field.line, column: field.column, text: field.excerpt)
      case .text:
        throw CSVError.notANumber(
          file: file, line: field.line, column: field.column, text: field.excerpt)
      }
    }
  }
}

/// One field of a CSV file, without its quotes.
struct CSVField {
  let text: [UInt8]
  let line: Int
  let column: Int

  /// What a field can mean.
  enum Content {
    case number(Double)
    case notFinite
    case empty
    case text
  }

  /// The text without spaces and tabs at its ends; bytes that are not UTF-8 are replaced.
  var trimmed: String {
    let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard let first = text.firstIndex(where: { !isSpace($0) }),
      let last = text.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(decoding: text[first...last], as: UTF8.self)
  }

  /// Enough of the text for a message.
  var excerpt: String {
    let longest = 40
    let text = trimmed
    return text.count > longest ? text.prefix(longest) + "…" : text
  }

  /// The meaning. Decimal notation only: `Double` would also take hexadecimal numbers.
  var content: Content {
    let text = trimmed
    if text.isEmpty { return .empty }
    guard let value = Double(text) else { return .text }
    let isDecimal = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    if !value.isFinite { return .notFinite }
    return isDecimal ? .number(value) : .text
  }
}
