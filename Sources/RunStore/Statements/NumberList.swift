/// JSON arrays of numbers, as RFC 8259 has them, that may be too long to be held as values.
enum NumberList {
  /// What such an array holds.
  enum Item {
    case null
    /// - Parameter isInteger: Whether it has neither fraction nor exponent, and an `Int64` holds it.
    case number(Double, isInteger: Bool)
  }

  /// Whether a text is a JSON array of numbers and nulls, each of which is as `isFit` asks.
  /// - Parameter isFit: Is called with each in turn, until one is unfit.
  static func allItems(
    of text: UnsafeRawBufferPointer, satisfy isFit: (Item) -> Bool
  ) -> Bool {
    var scanner = Scanner(text: text)
    guard scanner.skip("[") else { return false }
    if !scanner.skip("]") {
      repeat {
        guard let item = scanner.item(), isFit(item) else { return false }
      } while scanner.skip(",")
      guard scanner.skip("]") else { return false }
    }
    scanner.skipBlanks()
    return scanner.next == nil
  }

  private struct Scanner {
    let text: UnsafeRawBufferPointer
    private var position = 0

    init(text: UnsafeRawBufferPointer) { self.text = text }

    var next: UInt8? { position < text.count ? text[position] : nil }

    mutating func skipBlanks() {
      while let next, next == 0x20 || next == 0x09 || next == 0x0A || next == 0x0D { position += 1 }
    }

    /// Goes past blanks and then `character`.
    /// - Returns: Whether it was there.
    mutating func skip(_ character: Unicode.Scalar) -> Bool {
      skipBlanks()
      return take(character)
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard next == UInt8(ascii: character) else { return false }
      position += 1
      return true
    }

    /// Goes past digits.
    /// - Returns: Whether there were some.
    private mutating func takeDigits() -> Bool {
      let start = position
      while let next, next >= UInt8(ascii: "0"), next <= UInt8(ascii: "9") { position += 1 }
      return position > start
    }

    /// Goes past blanks and then a number or null; nil if there is something else.
    mutating func item() -> Item? {
      skipBlanks()
      if take("n") { return take("u") && take("l") && take("l") ? .null : nil }
      let start = position
      _ = take("-")
      guard take("0") || takeDigits() else { return nil }
      var isInteger = true
      if take(".") {
        isInteger = false
        guard takeDigits() else { return nil }
      }
      if take("e") || take("E") {
        isInteger = false
        _ = take("+") || take("-")
        guard takeDigits() else { return nil }
      }
      let digits = String(decoding: text[start..<position], as: UTF8.self)
      if isInteger, let integer = Int64(digits) { return .number(Double(integer), isInteger: true) }
      return Double(digits).map { .number($0, isInteger: false) }
    }
  }
}
