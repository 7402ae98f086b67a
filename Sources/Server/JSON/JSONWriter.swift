import RunStore

/// Writes JSON text, value by value.
struct JSONWriter {
  /// What was written.
  private(set) var bytes: [UInt8] = []
  /// Whether a comma stands before the next member or element.
  private var needsComma = false

  /// Makes room.
  init(capacity: Int = 512) { bytes.reserveCapacity(capacity) }

  /// Writes an object whose members `body` writes.
  mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
    begin(UInt8(ascii: "{"))
    try body(&self)
    end(UInt8(ascii: "}"))
  }

  /// Writes an array whose elements `body` writes.
  mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
    begin(UInt8(ascii: "["))
    try body(&self)
    end(UInt8(ascii: "]"))
  }

  /// Begins an object or array; for those whose parts come from loops that know nothing of each other.
  mutating func begin(_ bracket: UInt8) {
    comma()
    bytes.append(bracket)
    needsComma = false
  }

  /// Ends an object or array.
  mutating func end(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  /// Writes the name of a member; its value is next. The name needs no escapes.
  mutating func name(_ name: StaticString) {
    comma()
    bytes.append(UInt8(ascii: "\""))
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes the name of a member, which may be any text.
  mutating func name(text: String) {
    string(text)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a member.
  mutating func member(_ name: StaticString, _ value: String?) {
    guard let value else { return }
    self.name(name)
    string(value)
  }

  /// Writes a member.
  mutating func member(_ name: StaticString, _ value: Int64?) {
    guard let value else { return }
    self.name(name)
    integer(value)
  }

  /// Writes a member.
  mutating func member(_ name: StaticString, _ value: Bool) {
    self.name(name)
    word(value ? "true" : "false")
  }

  /// Writes a member with what a statement gave: text, or a number; nothing for NULL.
  mutating func member(_ name: StaticString, column: Int32, of row: StatementHandle) {
    switch row.value(at: column) {
    case .null, .blob: return
    case .integer(let value): member(name, value)
    case .real(let value):
      self.name(name)
      real(value)
    case .text:
      self.name(name)
      text(column: column, of: row)
    }
  }

  /// Writes what a statement gave, null for NULL.
  mutating func value(column: Int32, of row: StatementHandle) {
    switch row.value(at: column) {
    case .null, .blob: word("null")
    case .integer(let value): integer(value)
    case .real(let value): real(value)
    case .text: text(column: column, of: row)
    }
  }

  /// Writes a value that is JSON already.
  mutating func raw(_ json: String) { word(json) }

  /// Writes an object as MLflow has tags and params.
  mutating func pair(_ key: String, _ value: String) {
    object { writer in
      writer.member("key", key)
      writer.member("value", value)
    }
  }

  /// Writes such an object of the first two columns of a row.
  mutating func pair(of row: StatementHandle) {
    object { writer in
      writer.member("key", column: 0, of: row)
      writer.member("value", column: 1, of: row)
    }
  }

  /// Writes a string.
  mutating func string(_ value: String) {
    var value = value
    value.withUTF8 { string(UnsafeRawBufferPointer($0)) }
  }

  /// Writes the text that a statement gave, which is checked to be UTF-8.
  mutating func text(column: Int32, of row: StatementHandle) {
    guard let content = row.content(at: column) else { return string("") }
    if content.bytes.allSatisfy({ $0 < 0x80 }) {
      string(content.bytes)
    } else {
      string(String(decoding: content.bytes, as: UTF8.self))
    }
  }

  private static let digits = Array("0123456789abcdef".utf8)

  private mutating func string(_ text: UnsafeRawBufferPointer) {
    comma()
    needsComma = true
    bytes.append(UInt8(ascii: "\""))
    var start = text.startIndex
    for (place, byte) in text.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
      bytes.append(contentsOf: text[start..<place])
      start = place + 1
      bytes.append(UInt8(ascii: "\\"))
      switch byte {
      case 0x22, 0x5C: bytes.append(byte)
      case 0x0A: bytes.append(UInt8(ascii: "n"))
      case 0x0D: bytes.append(UInt8(ascii: "r"))
      case 0x09: bytes.append(UInt8(ascii: "t"))
      default:
        bytes.append(contentsOf: "u00".utf8)
        bytes.append(Self.digits[Int(byte >> 4)])
        bytes.append(Self.digits[Int(byte & 15)])
      }
    }
    bytes.append(contentsOf: text[start...])
    bytes.append(UInt8(ascii: "\""))
  }

  /// Writes a whole number.
  mutating func integer(_ value: Int64) { word(String(value)) }

  /// Writes a number; one that is none as protobuf does, as a string.
  mutating func real(_ value: Double) {
    if value.isFinite {
      word(value.description)
    } else {
      string(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }
  }

  private mutating func word(_ word: String) {
    comma()
    bytes.append(contentsOf: word.utf8)
    needsComma = true
  }

  @inline(__always)
  private mutating func comma() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }
}
