/// Text for one line of a terminal or a document.
package enum VisibleText {
  /// `text` with every character that would break the line, move the cursor, change the direction of
  /// writing or hide replaced by its escape: `\n`, `\t`, `\u{1B}`.
  package static func escaping(_ text: String) -> String {
    // Most text is ASCII.
    if text.hasOnlyBytes(in: 0x20...0x7E) { return text }
    guard text.unicodeScalars.contains(where: isDisruptive) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isDisruptive(scalar) {
        result += escape(scalar)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// `text` of several lines with the same characters replaced, but for tabs and the ends of its lines.
  package static func escapingWithinLines(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isDisruptive) else { return text }
    // CR LF is one character.
    return String(text.flatMap { "\n\r\n\t".contains($0) ? String($0) : escaping(String($0)) })
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }
  }

  /// Whether a character does something else than stand where it is.
  package static func isDisruptive(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F: true  // control characters
    case 0x2028, 0x2029: true  // line and paragraph separator
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // direction of writing
    case 0xFEFF: true  // byte order mark
    case 0xFFFE, 0xFFFF: true  // no characters, and forbidden in XML
    default: false
    }
  }
}
