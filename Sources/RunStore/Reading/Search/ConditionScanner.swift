import GRDBSQLite

/// Reads a text that is to be one expression between two parentheses, and finds the names in it.
///
/// SQLite itself refuses everything that writes. This keeps a condition from closing the parenthesis
/// around it and going on as another clause.
struct ConditionScanner {
  /// A name that may be a column.
  struct Name {
    /// The name without its quotes.
    let text: String
    /// Where it stands among the bytes, with its quotes.
    let place: Range<Int>
    /// Whether it stands within a SELECT of the condition's own.
    let isInQuery: Bool
  }

  /// The bytes of the condition.
  let bytes: [UInt8]
  /// The names, in their order.
  private(set) var names: [Name] = []
  /// What the open parentheses hold: a query or not.
  private var holdsQuery: [Bool] = []

  /// - Throws: `RunSearchError.malformedCondition`.
  init(_ condition: String) throws {
    bytes = Array(condition.utf8)
    var scanner = SQLScanner(bytes)
    var last = 0..<0
    var isType = false
    while scanner.advance() {
      let word = scanner.word
      try refuseComment(in: last.upperBound..<word.lowerBound)
      let text = scanner.text.lowercased()
      switch text {
      case ";": throw Self.malformed("it holds a semicolon")
      case "\0": throw Self.malformed("it holds the character U+0000")
      // By its number it would be one of the search's own parameters.
      case "?": throw Self.malformed("the parameter '?' has no value")
      case "(": holdsQuery.append(false)
      case ")": if holdsQuery.popLast() == nil { throw Self.unbalanced }
      case "select", "with", "values":
        if isSign("(", last) { holdsQuery[holdsQuery.count - 1] = true }
      default:
        // What follows directly is no column: a parameter, or the rest of a name; nor is a type.
        let isPart =
          isSign(".", last) || (last.upperBound == word.lowerBound && isSign(":@?#", last))
        if let name = try name(at: word) {
          if isPart {
            extend(by: name, at: word, after: last)
          } else if !isType {
            add(name, at: word)
          }
        }
      }
      isType = text == "as"
      last = word
    }
    try refuseComment(in: last.upperBound..<bytes.count)
    if !holdsQuery.isEmpty { throw Self.unbalanced }
    if last.isEmpty { throw Self.malformed("it is empty") }
  }

  private mutating func add(_ name: String, at place: Range<Int>) {
    // The last word before a parenthesis is a function, and no column.
    let next = bytes[place.upperBound...].first { !Self.isSpace($0) }
    guard next != UInt8(ascii: "(") else { return }
    names.append(Name(text: name, place: place, isInQuery: holdsQuery.contains(true)))
  }

  /// A setting within others is called `optimizer.lr`.
  private mutating func extend(by name: String, at place: Range<Int>, after dot: Range<Int>) {
    guard isSign(".", dot), let start = names.last,
      bytes[start.place.upperBound..<dot.lowerBound].allSatisfy(Self.isSpace)
    else { return }
    names[names.count - 1] = Name(
      text: "\(start.text).\(name)", place: start.place.lowerBound..<place.upperBound,
      isInQuery: start.isInQuery)
  }

  /// The name that stands at a place; nil if something else does.
  private func name(at place: Range<Int>) throws -> String? {
    let word = bytes[place]
    let first = word[place.lowerBound]
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "'"):
      guard word.count > 1, word.count(where: { $0 == first }).isMultiple(of: 2) else {
        throw Self.unended
      }
      if first == UInt8(ascii: "'") { return nil }
      let quote = String(decoding: [first], as: UTF8.self)
      return String(decoding: word.dropFirst().dropLast(), as: UTF8.self)
        .replacing(quote + quote, with: quote)
    case UInt8(ascii: "["):
      guard word.last == UInt8(ascii: "]") else { throw Self.unended }
      return String(decoding: word.dropFirst().dropLast(), as: UTF8.self)
    default:
      let isBytes = word.last == UInt8(ascii: "'")
      let isWord =
        first == UInt8(ascii: "_") || first >= 0x80
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first | 0x20)
      let text = String(decoding: word, as: UTF8.self)
      let isKeyword = sqlite3_keyword_check(text, Int32(word.count)) != 0
      return isWord && !isBytes && !isKeyword ? text : nil
    }
  }

  private func refuseComment(in gap: Range<Int>) throws {
    if !bytes[gap].allSatisfy(Self.isSpace) { throw Self.malformed("it holds a comment") }
  }

  private func isSign(_ signs: StaticString, _ word: Range<Int>) -> Bool {
    word.count == 1 && signs.withUTF8Buffer { $0.contains(bytes[word.lowerBound]) }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (0x09...0x0D).contains(byte)
  }

  private static func malformed(_ detail: String) -> RunSearchError {
    .malformedCondition(detail: detail)
  }

  private static let unbalanced = malformed("its parentheses do not match")
  private static let unended = malformed("a quotation has no end")
}
