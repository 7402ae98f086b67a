import Foundation

/// A value of a JSON text.
struct JSONValue: Sendable {
  private let document: JSONDocument
  private let index: Int

  /// The whole of a text.
  /// - Throws: `JSONDocument.Malformed`.
  init(parsing text: [UInt8]) throws {
    self.init(document: try JSONDocument(text), index: 0)
  }

  private init(document: JSONDocument, index: Int) {
    self.document = document
    self.index = index
  }

  private var node: JSONDocument.Node { document.nodes[index] }

  /// What it is; a string with escapes is a string.
  var kind: JSONDocument.Kind { node.kind == .escapedString ? .string : node.kind }

  /// Its text, as it was sent; that of a string without its quotes.
  var source: ArraySlice<UInt8> {
    document.bytes[Int(node.range.lowerBound)..<Int(node.range.upperBound)]
  }

  /// Its text, as it is shown in a message: at most a few hundred characters.
  var shown: String {
    let text = String(decoding: source.prefix(400), as: UTF8.self)
    let whole = source.count > 400 ? text + "..." : text
    return kind == .string ? "\"\(whole)\"" : whole
  }

  /// What Python calls its kind.
  var pythonType: String {
    switch kind {
    case .null: "NoneType"
    case .false, .true: "bool"
    case .number: Self.plainInteger(source) == nil ? "float" : "int"
    case .string, .escapedString: "str"
    case .array: "list"
    case .object: "dict"
    }
  }

  /// The values of an array; nil for anything else.
  var elements: [JSONValue]? {
    guard kind == .array else { return nil }
    var elements: [JSONValue] = []
    var place = index + 1
    while place < node.next {
      elements.append(JSONValue(document: document, index: place))
      place = Int(document.nodes[place].next)
    }
    return elements
  }

  /// Hands over the members of an object in turn, the name as its bytes.
  /// - Returns: False for anything else.
  @inline(__always)
  func forEachMember(
    _ body: (_ name: ArraySlice<UInt8>, _ value: JSONValue) throws -> Void
  ) rethrows -> Bool {
    guard kind == .object else { return false }
    let end = node.next
    var place = index + 1
    while place < end {
      let name = document.nodes[place].range
      let value = place + 1
      try body(
        document.bytes[Int(name.lowerBound)..<Int(name.upperBound)],
        JSONValue(document: document, index: value))
      place = Int(document.nodes[value].next)
    }
    return true
  }

  /// The string; nil for anything else.
  var string: String? {
    switch node.kind {
    case .string: String(decoding: source, as: UTF8.self)
    case .escapedString: unescaped
    default: nil
    }
  }

  /// The bytes of the string; nil for anything else.
  var stringBytes: [UInt8]? { string.map { Array($0.utf8) } }

  private var unescaped: String {
    var result: [UInt8] = []
    var units: [UInt16] = []
    func flush() {
      result += String(decoding: units, as: UTF16.self).utf8
      units.removeAll()
    }
    var rest = source
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
        flush()
        result.append(byte)
        continue
      }
      if escape == UInt8(ascii: "u") {
        let digits = String(decoding: rest.prefix(4), as: UTF8.self)
        rest = rest.dropFirst(4)
        units.append(UInt16(digits, radix: 16) ?? 0xFFFD)
        continue
      }
      flush()
      switch escape {
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      default: result.append(escape)
      }
    }
    flush()
    return String(decoding: result, as: UTF8.self)
  }

  /// The whole number of 64 bits that the value is, or that its string says; nil for anything else.
  ///
  /// As protobuf has it, `4.0` and `4e0` are whole, too.
  var integer: Int64? {
    guard kind == .number || kind == .string else { return nil }
    if let plain = Self.plainInteger(source) { return plain }
    if kind == .string, let plain = string.flatMap({ Self.plainInteger(Self.trimmed($0)[...]) }) {
      return plain
    }
    return real.flatMap { Int64(exactly: $0) }
  }

  private static func plainInteger(_ text: ArraySlice<UInt8>) -> Int64? {
    var digits = text
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits.removeFirst() }
    guard !digits.isEmpty, digits.count <= 19 else { return nil }
    var value: UInt64 = 0
    for byte in digits {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
    }
    if isNegative { return value <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- value) : nil }
    return Int64(exactly: value)
  }

  private static func trimmed(_ text: String) -> [UInt8] {
    Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
  }

  /// The number that the value is, or that its string says (`"NaN"`, `"-Infinity"`, `" 1"`), as Python's
  /// `float` reads it; nil for anything else.
  var real: Double? {
    switch kind {
    case .number: return number
    case .string:
      guard let string else { return nil }
      let text = String(decoding: Self.trimmed(string), as: UTF8.self)
      // What Swift reads and Python does not, such as hexadecimal digits, is no number here.
      guard
        text.utf8.allSatisfy({ Self.numberBytes.contains($0) })
          || Self.words.contains(text.lowercased().drop { $0 == "+" || $0 == "-" })
      else { return nil }
      return Double(text)
    default: return nil
    }
  }

  private static let numberBytes = Set("0123456789+-.eE".utf8)
  private static let words: Set<Substring> = ["nan", "inf", "infinity"]

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  private var number: Double {
    let start = Int(node.range.lowerBound)
    let end = Int(node.range.upperBound)
    return document.bytes.withUnsafeBufferPointer { bytes in
      var place = start
      let isNegative = bytes[place] == UInt8(ascii: "-")
      if isNegative { place += 1 }
      switch bytes[place] {
      case UInt8(ascii: "N"): return .nan
      case UInt8(ascii: "I"): return isNegative ? -.infinity : .infinity
      default: break
      }
      // Digits that make a whole number below 2^53, times or by a power of ten up to 10^22, are exact.
      var digits: UInt64 = 0
      var count = 0
      var exponent = 0
      var isFraction = false
      while place < end, count < 16 {
        let byte = bytes[place]
        if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
          digits = digits * 10 + UInt64(byte - UInt8(ascii: "0"))
          if digits > 0 { count += 1 }
          if isFraction { exponent -= 1 }
        } else if byte == UInt8(ascii: ".") {
          isFraction = true
        } else {
          break
        }
        place += 1
      }
      if place == end, digits < 1 << 53, exponent >= -22 {
        let value = Double(digits) / Self.powersOfTen[-exponent]
        return isNegative ? -value : value
      }
      return bytes.withMemoryRebound(to: CChar.self) { text in
        // What follows the number is no part of one, and the text ends in a zero.
        text.baseAddress.map { strtod($0 + start, nil) } ?? .nan
      }
    }
  }
}
