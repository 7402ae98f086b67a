import Foundation

/// Reads the JSON of a safetensors header.
///
/// Foundation's JSON reader would silently take one of two tensors of the same name and lose their
/// order. What the reference library reads is read: keys of tensors that are not known and
/// `null` for no metadata are passed over, and a tensor may be an array of its three values. Only two
/// tensors of one name are refused, of which the library would take one.
struct SafetensorsHeaderParser {
  private let bytes: [UInt8]
  private var position: Int

  /// Starts at `start`, the place of the first brace.
  init(_ bytes: [UInt8], start: Int) {
    self.bytes = bytes
    position = start
  }

  /// Reads the whole header.
  /// - Throws: `SafetensorsProblem`.
  mutating func parse() throws -> (entries: [SafetensorsEntry], metadata: [String: String]) {
    var entries: [SafetensorsEntry] = []
    var metadata: [String: String] = [:]
    try parseObject { parser, key in
      if key == SafetensorsHeader.metadataKey {
        guard !parser.skip(word: "null") else { return }
        try parser.parseObject(allowsRepeating: true) { parser, key in
          metadata[key] = try parser.parseString()
        }
      } else {
        entries.append(try parser.parseEntry(name: key))
      }
    }
    skipSpace()
    guard position == bytes.count else { throw malformed("nothing but spaces") }
    return (entries, metadata)
  }

  private mutating func parseEntry(name: String) throws -> SafetensorsEntry {
    var type: SafetensorsEntry.ElementType?
    var shape: [Int]?
    var range: [Int]?
    func parse(_ key: String, _ parser: inout SafetensorsHeaderParser) throws {
      switch key {
      case "dtype":
        guard type == nil else { throw parser.repeated(key) }
        let typeName = try parser.parseString()
        type = SafetensorsEntry.ElementType(rawValue: typeName)
        guard type != nil else {
          throw SafetensorsProblem.unsupportedType(typeName, tensor: name)
        }
      case "shape":
        guard shape == nil else { throw parser.repeated(key) }
        shape = try parser.parseNumbers()
      case "data_offsets":
        guard range == nil else { throw parser.repeated(key) }
        range = try parser.parseNumbers()
        guard range?.count == 2 else { throw parser.malformed("two offsets before here") }
      default:
        try parser.skipValue(depth: 2)
      }
    }
    skipSpace()
    if position < bytes.count, bytes[position] == UInt8(ascii: "[") {
      var keys = ["dtype", "shape", "data_offsets"][...]
      try parseList(from: "[", to: "]") { parser in
        guard let key = keys.popFirst() else { throw parser.malformed("“]”") }
        try parse(key, &parser)
      }
    } else {
      try parseObject(allowsRepeating: true) { try parse($1, &$0) }
    }
    guard let type else { throw SafetensorsProblem.missingKey("dtype", tensor: name) }
    guard let shape else { throw SafetensorsProblem.missingKey("shape", tensor: name) }
    guard let range else { throw SafetensorsProblem.missingKey("data_offsets", tensor: name) }
    return SafetensorsEntry(name: name, type: type, shape: shape, start: range[0], end: range[1])
  }

  /// Reads `{"key": value, …}`, where `parseValue` reads the values.
  private mutating func parseObject(
    allowsRepeating: Bool = false,
    _ parseValue: (inout SafetensorsHeaderParser, String) throws -> Void
  ) throws {
    // Names are what their bytes are.
    var keys: Set<[UInt8]> = []
    try parseList(from: "{", to: "}") { parser in
      parser.skipSpace()
      let offset = parser.position
      let key = try parser.parseString()
      guard allowsRepeating || keys.insert(Array(key.utf8)).inserted else {
        throw SafetensorsProblem.duplicateKey(key, offset: offset)
      }
      try parser.expect(":")
      try parseValue(&parser, key)
    }
  }

  /// Passes over any value: what it means is not known.
  private mutating func skipValue(depth: Int) throws {
    // The reference library's limit; a file must not decide how deep the stack grows.
    guard depth < 128 else { throw malformed("values that are less deeply nested") }
    skipSpace()
    switch position < bytes.count ? Character(Unicode.Scalar(bytes[position])) : " " {
    case "{":
      try parseObject(allowsRepeating: true) { parser, _ in
        try parser.skipValue(depth: depth + 1)
      }
    case "[": try parseList(from: "[", to: "]") { try $0.skipValue(depth: depth + 1) }
    case "\"": _ = try parseString()
    case "t": try expect(word: "true")
    case "f": try expect(word: "false")
    case "n": try expect(word: "null")
    default: try skipAnyNumber()
    }
  }

  /// Passes over a JSON number of any form.
  private mutating func skipAnyNumber() throws {
    let start = position
    while position < bytes.count, "+-.eE0123456789".utf8.contains(bytes[position]) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil,
      Double(text)?.isFinite == true
    else {
      position = start
      throw malformed("a value")
    }
  }

  /// Reads `[1, 2, …]`.
  private mutating func parseNumbers() throws -> [Int] {
    var numbers: [Int] = []
    try parseList(from: "[", to: "]") { numbers.append(try $0.parseNumber()) }
    return numbers
  }

  private mutating func parseList(
    from opening: Character, to closing: Character,
    _ parseItem: (inout SafetensorsHeaderParser) throws -> Void
  ) throws {
    try expect(opening)
    guard !skip(closing) else { return }
    repeat { try parseItem(&self) } while skip(",")
    try expect(closing)
  }

  /// Reads a whole number that is not negative.
  private mutating func parseNumber() throws -> Int {
    skipSpace()
    let start = position
    let digit = UInt8(ascii: "0")...UInt8(ascii: "9")
    while position < bytes.count, digit.contains(bytes[position]) { position += 1 }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let number = Int(digits), digits == String(number) else {
      position = start
      throw malformed("a whole number below 2⁶³")
    }
    return number
  }

  /// Reads a string; Foundation resolves its escapes.
  private mutating func parseString() throws -> String {
    try expect("\"")
    let start = position - 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\""), bytes[position] >= 0x20 {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
      position = min(position, bytes.count)
      throw malformed("the end of a string")
    }
    position += 1
    guard let text = try? JSONDecoder().decode(String.self, from: Data(bytes[start..<position]))
    else {
      position = start
      throw malformed("a string of valid UTF-8 and escapes")
    }
    return text
  }

  private mutating func expect(word: String) throws {
    guard skip(word: word) else { throw malformed("a value") }
  }

  /// Passes over `word`, and spaces before it.
  private mutating func skip(word: String) -> Bool {
    skipSpace()
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func expect(_ character: Character) throws {
    guard skip(character) else { throw malformed("“\(character)”") }
  }

  /// Passes over `character`, which is ASCII, and spaces before it.
  private mutating func skip(_ character: Character) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
  }

  private func repeated(_ key: String) -> SafetensorsProblem {
    .duplicateKey(key, offset: position)
  }

  private func malformed(_ expected: String) -> SafetensorsProblem {
    .malformedHeader(offset: position, expected: expected)
  }
}
