/// One record of a CSV file: a line, unless quoted fields contain line ends.
struct CSVRecord {
  /// Counts from 1.
  let number: Int
  /// The line where it starts, from 1.
  let line: Int
  var fields: [CSVField]

  /// The names in all fields; nil if a field holds none.
  func names(file: String) throws -> [String]? {
    var names: [String] = []
    for field in fields {
      guard let name = CSVName.name(in: field.trimmed, isFirst: names.isEmpty) else { return nil }
      names.append(name)
    }
    var known: Set<String> = []
    for (name, field) in zip(names, fields) where !known.insert(name).inserted {
      throw CSVError.repeatedName(
        file: file, line: field.line, column: field.column, name: field.excerpt)
    }
    return names
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

  /// Refuses a record whose values another character than the comma separates.
  ///
  /// A semicolon or a tab within an unquoted field does that in any case; `|` and spaces only where
  /// there is no comma in the whole line, because names may hold them.
  func checkSeparator(file: String) throws {
    for separator in [CSVError.Separator.semicolon, .tab]
    where fields.contains(where: { !$0.isQuoted && $0.trimmedBytes.contains(separator.byte) }) {
      throw CSVError.otherSeparator(file: file, line: line, separator: separator)
    }
    // Of decimal commas, what lies between two of them is a pair of numbers.
    let inner = fields.dropFirst().dropLast()
    if !inner.isEmpty, inner.allSatisfy(\.isPairOfNumbers) {
      throw CSVError.otherSeparator(file: file, line: line, separator: .space)
    }
    guard fields.count == 1, let field = fields.first, !field.isQuoted else { return }
    let text = field.trimmed
    let words = text.split(separator: " ")
    if text.contains("|") {
      throw CSVError.otherSeparator(file: file, line: line, separator: .bar)
    } else if words.count > 1, words.allSatisfy({ Double($0) != nil }) {
      throw CSVError.otherSeparator(file: file, line: line, separator: .space)
    }
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
      case .tooSmall:
        throw CSVError.tooSmall(
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
  let isQuoted: Bool
  let line: Int
  let column: Int

  /// What a field can mean.
  enum Content {
    case number(Double)
    case notFinite
    case tooSmall
    case empty
    case text
  }

  /// The text without spaces and tabs at its ends; bytes that are not UTF-8 are replaced.
  var trimmed: String { String(decoding: trimmedBytes, as: UTF8.self) }

  /// The bytes of the text without spaces and tabs at its ends.
  var trimmedBytes: ArraySlice<UInt8> {
    let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    guard let first = text.firstIndex(where: { !isSpace($0) }),
      let last = text.lastIndex(where: { !isSpace($0) })
    else { return [] }
    return text[first...last]
  }

  /// Whether it is two numbers with spaces between them.
  fileprivate var isPairOfNumbers: Bool {
    let words = trimmed.split(separator: " ")
    return !isQuoted && words.count == 2 && words.allSatisfy { Double($0) != nil }
  }

  /// Enough of the text for a message.
  var excerpt: String {
    let longest = 40
    let text = trimmed
    return text.count > longest ? text.prefix(longest) + "…" : text
  }

  /// The meaning. Decimal notation only: `Double` would also take hexadecimal numbers.
  var content: Content {
    let bytes = trimmedBytes
    if bytes.isEmpty { return .empty }
    guard let value = Double(String(decoding: bytes, as: UTF8.self)) else { return .text }
    if !value.isFinite { return .notFinite }
    var isDecimal = true
    var isZero = true
    var isExponent = false
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "1")...UInt8(ascii: "9"): isZero = isZero && isExponent
      case UInt8(ascii: "e"), UInt8(ascii: "E"): isExponent = true
      case UInt8(ascii: "0"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): break
      default: isDecimal = false
      }
    }
    guard isDecimal else { return .text }
    return value == 0 && !isZero ? .tooSmall : .number(value)
  }
}
