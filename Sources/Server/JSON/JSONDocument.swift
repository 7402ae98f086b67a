import Foundation

/// A JSON text (RFC 8259) that was checked whole, as a list of its values: objects and arrays are followed by
/// what they hold, so that nothing is copied that nobody asks for.
///
/// What Python's `json` writes for numbers that are none (`NaN`, `Infinity`, `-Infinity`) is read, too.
struct JSONDocument: Sendable {
  /// What is wrong with a text.
  struct Malformed: Error {
    let reason: String
    /// The byte at which it was noticed.
    let offset: Int
  }

  /// What a value is.
  enum Kind: UInt8 {
    case null, `false`, `true`, number, string, escapedString, array, object
  }

  /// One value: where it stands, and where the one after it does.
  struct Node {
    let kind: Kind
    /// Its bytes; those of a string without its quotes.
    var range: Range<Int32>
    /// The place in `nodes` after it and all it holds.
    var next: Int32
  }

  /// The text, with a zero behind it.
  let bytes: [UInt8]
  /// All values; in an object, names and values in turn.
  let nodes: [Node]

  private static let mostDepth = 64

  /// - Throws: `Malformed`.
  init(_ text: [UInt8]) throws {
    guard text.count < Int32.max, String(validating: text, as: UTF8.self) != nil else {
      throw Malformed(reason: "it is not UTF-8", offset: 0)
    }
    bytes = text + [0]
    var parser = Parser()
    nodes = try bytes.withUnsafeBufferPointer { bytes in
      parser.nodes.reserveCapacity(bytes.count / 8)
      parser.skipBlanks(in: bytes)
      try parser.parseValue(in: bytes, depth: 0)
      parser.skipBlanks(in: bytes)
      guard parser.place == bytes.count - 1 else {
        throw Malformed(reason: "something follows the value", offset: parser.place)
      }
      return parser.nodes
    }
  }

  private struct Parser {
    var nodes: [Node] = []
    var place = 0

    @inline(__always)
    mutating func skipBlanks(in bytes: UnsafeBufferPointer<UInt8>) {
      while bytes[place] == 0x20 || bytes[place] == 0x0A || bytes[place] == 0x0D
        || bytes[place] == 0x09
      {
        place += 1
      }
    }

    mutating func parseValue(in bytes: UnsafeBufferPointer<UInt8>, depth: Int) throws {
      guard depth < JSONDocument.mostDepth else { throw malformed("it is nested too deeply") }
      switch bytes[place] {
      case UInt8(ascii: "{"): try parseObject(in: bytes, depth: depth)
      case UInt8(ascii: "["): try parseArray(in: bytes, depth: depth)
      case UInt8(ascii: "\""): try parseString(in: bytes)
      case UInt8(ascii: "t"): try parseWord("true", .true, in: bytes)
      case UInt8(ascii: "f"): try parseWord("false", .false, in: bytes)
      case UInt8(ascii: "n"): try parseWord("null", .null, in: bytes)
      case UInt8(ascii: "N"): try parseWord("NaN", .number, in: bytes)
      case UInt8(ascii: "I"): try parseWord("Infinity", .number, in: bytes)
      default: try parseNumber(in: bytes)
      }
    }

    private mutating func parseObject(
      in bytes: UnsafeBufferPointer<UInt8>, depth: Int
    ) throws {
      let start = begin(.object)
      skipBlanks(in: bytes)
      if bytes[place] != UInt8(ascii: "}") {
        while true {
          guard bytes[place] == UInt8(ascii: "\"") else { throw malformed("a name is missing") }
          try parseString(in: bytes)
          skipBlanks(in: bytes)
          guard bytes[place] == UInt8(ascii: ":") else { throw malformed("a colon is missing") }
          place += 1
          skipBlanks(in: bytes)
          try parseValue(in: bytes, depth: depth + 1)
          skipBlanks(in: bytes)
          guard bytes[place] == UInt8(ascii: ",") else { break }
          place += 1
          skipBlanks(in: bytes)
        }
      }
      guard bytes[place] == UInt8(ascii: "}") else { throw malformed("an object has no end") }
      end(start)
    }

    private mutating func parseArray(in bytes: UnsafeBufferPointer<UInt8>, depth: Int) throws {
      let start = begin(.array)
      skipBlanks(in: bytes)
      if bytes[place] != UInt8(ascii: "]") {
        while true {
          try parseValue(in: bytes, depth: depth + 1)
          skipBlanks(in: bytes)
          guard bytes[place] == UInt8(ascii: ",") else { break }
          place += 1
          skipBlanks(in: bytes)
        }
      }
      guard bytes[place] == UInt8(ascii: "]") else { throw malformed("an array has no end") }
      end(start)
    }

    private mutating func begin(_ kind: Kind) -> Int {
      nodes.append(Node(kind: kind, range: Int32(place)..<Int32(place), next: 0))
      place += 1
      return nodes.count - 1
    }

    private mutating func end(_ start: Int) {
      place += 1
      nodes[start].range = nodes[start].range.lowerBound..<Int32(place)
      nodes[start].next = Int32(nodes.count)
    }

    private mutating func parseString(in bytes: UnsafeBufferPointer<UInt8>) throws {
      place += 1
      let start = place
      var kind = Kind.string
      while true {
        switch bytes[place] {
        case UInt8(ascii: "\""):
          append(kind, start..<place)
          place += 1
          return
        case UInt8(ascii: "\\"):
          kind = .escapedString
          try skipEscape(in: bytes)
        case 0..<0x20: throw malformed("a string has no end, or holds a control character")
        default: place += 1
        }
      }
    }

    private mutating func skipEscape(in bytes: UnsafeBufferPointer<UInt8>) throws {
      switch bytes[place + 1] {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
        UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
        place += 2
      case UInt8(ascii: "u"):
        let unit = try codeUnit(at: place + 2, in: bytes)
        place += 6
        guard UTF16.isLeadSurrogate(unit) || UTF16.isTrailSurrogate(unit) else { return }
        guard UTF16.isLeadSurrogate(unit), bytes[place] == UInt8(ascii: "\\"),
          bytes[place + 1] == UInt8(ascii: "u"),
          UTF16.isTrailSurrogate(try codeUnit(at: place + 2, in: bytes))
        else { throw malformed("a string holds half of a character") }
        place += 6
      default: throw malformed("a string has an unknown escape")
      }
    }

    private func codeUnit(at place: Int, in bytes: UnsafeBufferPointer<UInt8>) throws -> UInt16 {
      var unit: UInt16 = 0
      for offset in 0..<4 {
        // A digit that is missing is a zero at the end, at the latest.
        guard let digit = Character(UnicodeScalar(bytes[place + offset])).hexDigitValue else {
          throw malformed("a string has an unknown escape")
        }
        unit = unit << 4 | UInt16(digit)
      }
      return unit
    }

    private mutating func parseWord(
      _ word: StaticString, _ kind: Kind, in bytes: UnsafeBufferPointer<UInt8>
    ) throws {
      let start = place
      for index in 0..<word.utf8CodeUnitCount {
        guard bytes[place] == word.utf8Start[index] else { throw malformed("a value is unknown") }
        place += 1
      }
      append(kind, start..<place)
    }

    private mutating func parseNumber(in bytes: UnsafeBufferPointer<UInt8>) throws {
      let start = place
      if bytes[place] == UInt8(ascii: "-") { place += 1 }
      if bytes[place] == UInt8(ascii: "I") {
        try parseWord("Infinity", .number, in: bytes)
        nodes[nodes.count - 1].range = Int32(start)..<Int32(place)
        return
      }
      let hasLeadingZero = bytes[place] == UInt8(ascii: "0")
      let digits = skipDigits(in: bytes)
      guard digits > 0, !hasLeadingZero || digits == 1 else {
        throw malformed("a value is missing")
      }
      if bytes[place] == UInt8(ascii: ".") {
        place += 1
        guard skipDigits(in: bytes) > 0 else { throw malformed("a number is cut off") }
      }
      if bytes[place] | 0x20 == UInt8(ascii: "e") {
        place += 1
        if bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-") { place += 1 }
        guard skipDigits(in: bytes) > 0 else { throw malformed("a number is cut off") }
      }
      append(.number, start..<place)
    }

    @inline(__always)
    private mutating func skipDigits(in bytes: UnsafeBufferPointer<UInt8>) -> Int {
      let start = place
      while bytes[place] >= UInt8(ascii: "0") && bytes[place] <= UInt8(ascii: "9") { place += 1 }
      return place - start
    }

    @inline(__always)
    private mutating func append(_ kind: Kind, _ range: Range<Int>) {
      nodes.append(
        Node(
          kind: kind, range: Int32(range.lowerBound)..<Int32(range.upperBound),
          next: Int32(nodes.count + 1)))
    }

    private func malformed(_ reason: String) -> Malformed {
      Malformed(reason: reason, offset: place)
    }
  }
}
