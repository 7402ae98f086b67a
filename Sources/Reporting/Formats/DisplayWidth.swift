/// How many columns of a terminal text takes.
enum DisplayWidth {
  /// The width of `text`: a column for most characters, two for East Asian wide ones and emoji, none
  /// for marks that combine with the character before.
  static func of(_ text: String) -> Int {
    if text.hasOnlyBytes(in: 0...0x7F) { return text.utf8.count }
    return text.reduce(0) { $0 + of($1) }
  }

  /// The longest start of `text` that leaves room for a final `…` within `limit` columns.
  static func cut(_ text: String, to limit: Int) -> String {
    start(of: text, within: limit - 1) + "…"
  }

  /// The longest start of `text` that takes no more than `limit` columns.
  static func start(of text: String, within limit: Int) -> String {
    var result = ""
    var width = 0
    for character in text {
      width += of(character)
      if width > limit { break }
      result.append(character)
    }
    return result
  }

  private static func of(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    if isWide(first) || character.unicodeScalars.contains(emojiSelector) { return 2 }
    return isMark(first) ? 0 : 1
  }

  /// Asks for the coloured picture instead of the black letter.
  private static let emojiSelector: Unicode.Scalar = "\u{FE0F}"

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: true
    default: false
    }
  }

  /// The blocks of Unicode Standard Annex #11 that are wide or full-width as a whole, and emoji.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x17000...0x18CFF, 0x1AFF0...0x1B2FF,
      0x20000...0x3FFFD:
      true
    default:
      scalar.properties.isEmojiPresentation
    }
  }
}

extension String {
  /// Whether all bytes lie within a range.
  func hasOnlyBytes(in range: ClosedRange<UInt8>) -> Bool {
    var text = self
    return text.withUTF8 { bytes in bytes.allSatisfy { range.contains($0) } }
  }
}
