import Foundation
import GRDB
import RunStore

/// What part of a thing a filter or an order speaks of.
enum SearchEntity {
  case attribute, metric, param, tag, dataset

  private static let words: [String: SearchEntity] = [
    "attribute": .attribute, "attributes": .attribute, "attr": .attribute, "run": .attribute,
    "metric": .metric, "metrics": .metric, "parameter": .param, "parameters": .param,
    "param": .param, "params": .param, "tag": .tag, "tags": .tag, "dataset": .dataset,
    "datasets": .dataset,
  ]

  init?(_ word: String) {
    guard let entity = Self.words[word] else { return nil }
    self = entity
  }
}

/// What a filter or an order speaks of: one of the parts, by its name.
struct SearchKey: Hashable {
  let entity: SearchEntity
  private let exactName: ExactName

  var name: String { exactName.text }

  init(entity: SearchEntity, name: String) {
    (self.entity, exactName) = (entity, ExactName(name))
  }
}

/// How a value is compared.
enum SearchComparator: String {
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case like = "LIKE"
  case likeInAnyCase = "ILIKE"
  case among = "IN"
  case notAmong = "NOT IN"
  case isNull = "IS NULL"
  case isNotNull = "IS NOT NULL"
}

/// What a value is compared with.
enum SearchValue: Equatable {
  case number(String)
  case text(String)
  case list([String])
  case nothing
}

/// `key op value`.
struct SearchClause {
  let key: SearchKey
  let comparator: SearchComparator
  let value: SearchValue
}

/// Reads filters: clauses joined by AND, such as `metrics.acc > 0.9 AND params."a b" = 'x'`; an AND too many does
/// not matter. Within quotes, two of their sign are one: `'it''s'`.
struct FilterParser {
  private static let mostClauses = 200

  private let text: String
  private let isOrder: Bool
  private let scalars: [Unicode.Scalar]
  private var place = 0

  private init(_ text: String, isOrder: Bool = false) {
    (self.text, self.isOrder) = (text, isOrder)
    scalars = Array(text.unicodeScalars)
  }

  /// The clauses of a filter; an empty one has none.
  static func clauses(of text: String) throws -> [SearchClause] {
    var parser = FilterParser(text)
    var clauses: [SearchClause] = []
    while true {
      let isJoined = parser.skipJoints()
      guard !parser.isAtEnd else { return clauses }
      guard isJoined || clauses.isEmpty else { throw parser.refused("clauses are joined by AND") }
      clauses.append(try parser.clause())
      guard clauses.count <= mostClauses else { throw parser.refused("there are too many clauses") }
    }
  }

  /// The key and direction of an order, such as `metrics.acc DESC`.
  static func order(_ text: String) throws -> (key: SearchKey, isDescending: Bool) {
    var parser = FilterParser(text, isOrder: true)
    parser.skipBlanks()
    let key = try parser.key()
    parser.skipBlanks()
    let direction = parser.takeWord()?.uppercased()
    parser.skipBlanks()
    guard parser.isAtEnd, direction == nil || direction == "ASC" || direction == "DESC" else {
      throw parser.refused("it is a key, then ASC or DESC")
    }
    return (key, direction == "DESC")
  }

  private var isAtEnd: Bool { place == scalars.count }

  private func refused(_ reason: String) -> Refusal {
    let shown = text.prefix(400)
    return .invalid(
      isOrder
        ? "Invalid order_by clause '\(shown)'. Could not be parsed: \(reason)."
        : "Invalid clause(s) in filter string: '\(shown)': \(reason).")
  }

  private mutating func skipBlanks() {
    while !isAtEnd, scalars[place].properties.isWhitespace { place += 1 }
  }

  /// Skips what stands between clauses.
  /// - Returns: Whether there was an AND.
  private mutating func skipJoints() -> Bool {
    var isJoined = false
    while true {
      skipBlanks()
      let start = place
      guard takeWord()?.uppercased() == "AND" else {
        place = start
        return isJoined
      }
      isJoined = true
    }
  }

  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  private mutating func takeWord() -> String? {
    let start = place
    while !isAtEnd, Self.isOfWord(scalars[place]) { place += 1 }
    guard place > start else { return nil }
    return Self.string(scalars[start..<place])
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// What stands between two quotes, if one is next.
  private mutating func takeQuoted(_ quotes: Set<Unicode.Scalar>) throws -> String? {
    guard !isAtEnd, quotes.contains(scalars[place]) else { return nil }
    let quote = scalars[place]
    var content: [Unicode.Scalar] = []
    while true {
      guard let end = scalars[(place + 1)...].firstIndex(of: quote) else {
        throw refused("a quote has no end")
      }
      content += scalars[(place + 1)..<end]
      place = end + 1
      guard !isAtEnd, scalars[place] == quote else { break }
      content.append(quote)
    }
    guard !content.contains("\0") else { throw refused("it holds a NUL") }
    return Self.string(content[...])
  }

  private static let nameQuotes: Set<Unicode.Scalar> = ["`", "\"", "'"]

  private mutating func key() throws -> SearchKey {
    if let name = try takeQuoted(Self.nameQuotes) {
      return SearchKey(entity: .attribute, name: name)
    }
    guard let first = takeWord() else { throw refused("a key is missing") }
    guard !isAtEnd, scalars[place] == "." else {
      return SearchKey(entity: .attribute, name: first)
    }
    place += 1
    guard let entity = SearchEntity(first) else {
      throw Refusal.invalid(
        "Invalid entity type '\(first)'. Valid values are ['metric', 'parameter', 'tag', 'attribute',"
          + " 'dataset']")
    }
    skipBlanks()
    if let name = try takeQuoted(Self.nameQuotes) { return SearchKey(entity: entity, name: name) }
    let start = place
    while !isAtEnd, Self.isOfWord(scalars[place]) || scalars[place] == "." { place += 1 }
    guard place > start else { throw refused("the name of a key is missing") }
    return SearchKey(entity: entity, name: Self.string(scalars[start..<place]))
  }

  private mutating func clause() throws -> SearchClause {
    skipBlanks()
    let key = try key()
    skipBlanks()
    let comparator = try comparator()
    skipBlanks()
    switch comparator {
    case .isNull, .isNotNull:
      return SearchClause(key: key, comparator: comparator, value: .nothing)
    case .among, .notAmong:
      return SearchClause(key: key, comparator: comparator, value: .list(try list()))
    default:
      return SearchClause(key: key, comparator: comparator, value: try value())
    }
  }

  private mutating func comparator() throws -> SearchComparator {
    let start = place
    while !isAtEnd, "=!<>".unicodeScalars.contains(scalars[place]) { place += 1 }
    if place > start {
      guard let comparator = SearchComparator(rawValue: Self.string(scalars[start..<place])) else {
        throw refused("the comparison '\(Self.string(scalars[start..<place]))' is unknown")
      }
      return comparator
    }
    var words: [String] = []
    while words.count < 3, let word = takeWord()?.uppercased() {
      words.append(word)
      if let comparator = SearchComparator(rawValue: words.joined(separator: " ")) {
        return comparator
      }
      skipBlanks()
    }
    throw refused("a comparison is missing")
  }

  private mutating func value() throws -> SearchValue {
    if let text = try takeQuoted(["'", "\""]) { return .text(text) }
    let start = place
    while !isAtEnd, Self.isOfWord(scalars[place]) || "+-.".unicodeScalars.contains(scalars[place]) {
      place += 1
    }
    let word = Self.string(scalars[start..<place])
    guard word.first.map({ $0.isNumber || "+-.".contains($0) }) == true, Double(word) != nil,
      word.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) })
    else { throw refused("a value is a number, or text in quotes") }
    return .number(word)
  }

  private mutating func list() throws -> [String] {
    guard !isAtEnd, scalars[place] == "(" else {
      throw refused("IN needs a list such as ('a', 'b')")
    }
    place += 1
    var list: [String] = []
    repeat {
      skipBlanks()
      guard let text = try takeQuoted(["'", "\""]) else {
        throw refused("a list holds text in quotes")
      }
      list.append(text)
      skipBlanks()
    } while takeComma() && !isAtListEnd()
    guard !isAtEnd, scalars[place] == ")" else { throw refused("a list has no end") }
    place += 1
    return list
  }

  /// Python writes a list of one as `('a',)`, and scripts put it into filters as it is.
  private mutating func isAtListEnd() -> Bool {
    skipBlanks()
    return !isAtEnd && scalars[place] == ")"
  }

  private mutating func takeComma() -> Bool {
    guard !isAtEnd, scalars[place] == "," else { return false }
    place += 1
    return true
  }
}
