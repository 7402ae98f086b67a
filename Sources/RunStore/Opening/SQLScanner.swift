import GRDBSQLite

/// Tells the words of SQL apart as SQLite does: names, numbers, 'texts' and signs. Comments and white
/// space are none.
///
/// Who compares statements of a stranger must not be more lenient than SQLite: what a scanner takes for
/// a comment, and SQLite for a part of the statement, would go unseen.
struct SQLScanner {
  private let bytes: [UInt8]
  /// Where the last word begins, and where it ends.
  private(set) var word = 0..<0

  init(_ sql: [UInt8]) { bytes = sql }

  /// Goes to the next word.
  /// - Returns: Whether there is one.
  mutating func advance() -> Bool {
    let start = endOfSpace(from: word.upperBound)
    word = start..<start
    guard start < bytes.count else { return false }
    word = start..<endOfWord(from: start)
    return true
  }

  /// The last word; a name that stands in quotes without need has none.
  var text: String {
    guard let first = bytes[word].first, Self.quotes.contains(first), word.count > 2 else {
      return String(decoding: bytes[word], as: UTF8.self)
    }
    let name = bytes[word].dropFirst().dropLast()
    let isPlain = !Self.isDigit(name[name.startIndex]) && name.allSatisfy(Self.isPlainLetter)
    let isKeyword = name.withUnsafeBytes { name in
      sqlite3_keyword_check(
        name.assumingMemoryBound(to: CChar.self).baseAddress, Int32(name.count)) != 0
    }
    return String(decoding: isPlain && !isKeyword ? name : bytes[word], as: UTF8.self)
  }

  /// All words of a statement.
  static func words(of sql: [UInt8]) -> [String] {
    var scanner = SQLScanner(sql)
    var words: [String] = []
    while scanner.advance() { words.append(scanner.text) }
    return words
  }

  private func endOfSpace(from start: Int) -> Int {
    var place = start
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), 0x0C, UInt8(ascii: "\r"):
        place += 1
      case UInt8(ascii: "-") where byte(place + 1) == UInt8(ascii: "-"):
        while place < bytes.count, bytes[place] != UInt8(ascii: "\n") { place += 1 }
      case UInt8(ascii: "/") where byte(place + 1) == UInt8(ascii: "*") && byte(place + 2) != 0:
        place += 3
        while place < bytes.count,
          bytes[place - 1] != UInt8(ascii: "*") || bytes[place] != UInt8(ascii: "/")
        {
          place += 1
        }
        place = min(place + 1, bytes.count)
      default: return place
      }
    }
    return place
  }

  private func endOfWord(from start: Int) -> Int {
    switch bytes[start] {
    case UInt8(ascii: "["): return endOfQuote(from: start, UInt8(ascii: "]"))
    case let quote where quote == UInt8(ascii: "'") || Self.quotes.contains(quote):
      return endOfQuote(from: start, quote)
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      if byte(start + 1) == UInt8(ascii: "'") {
        return endOfQuote(from: start + 1, UInt8(ascii: "'"))
      }
    case let sign where !Self.isLetter(sign): return start + 1
    default: break
    }
    var place = start
    while place < bytes.count, Self.isLetter(bytes[place]) { place += 1 }
    return place
  }

  /// - Parameter start: Where the quote begins; one that is doubled within it does not end it.
  private func endOfQuote(from start: Int, _ quote: UInt8) -> Int {
    var place = start + 1
    while place < bytes.count {
      if bytes[place] == quote {
        guard byte(place + 1) == quote, quote != UInt8(ascii: "]") else { return place + 1 }
        place += 1
      }
      place += 1
    }
    return bytes.count
  }

  private func byte(_ place: Int) -> UInt8 { place < bytes.count ? bytes[place] : 0 }

  private static let quotes: [UInt8] = [UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "[")]

  static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isPlainLetter(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: "_")
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  /// Whether SQL has it in a name without quotes.
  static func isLetter(_ byte: UInt8) -> Bool {
    isPlainLetter(byte) || byte >= 0x80 || byte == UInt8(ascii: "$")
  }
}
