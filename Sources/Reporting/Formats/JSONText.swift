import Foundation
import RunStore

/// Values as JSON (RFC 8259). Characters that a terminal obeys, such as those that control it or the
/// direction of writing, are escaped, so that nothing is dropped and nothing is done.
package enum JSONText {
  static func append(_ value: SQLValue, to text: inout String) {
    switch value {
    case .null: text += "null"
    case .integer(let number): text += String(number)
    case .real(let number): append(number, to: &text)
    case .text(let content): append(content, to: &text)
    case .blob(let bytes): text += "\"\(bytes.base64EncodedString())\""
    }
  }

  static func append(_ number: Double, to text: inout String) {
    if number.isFinite {
      text += NumberText.exact(number)
    } else if number.isNaN {
      text += "\"NaN\""
    } else {
      text += number > 0 ? "\"Infinity\"" : "\"-Infinity\""
    }
  }

  static func append(_ content: String, to text: inout String) {
    text += "\""
    if content.utf8.contains(where: needsEscape) {
      for scalar in content.unicodeScalars {
        append(scalar, to: &text)
      }
    } else {
      text += content
    }
    text += "\""
  }

  private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\t": text += "\\t"
    case _ where VisibleText.isDisruptive(scalar):
      let digits = String(scalar.value, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: text.unicodeScalars.append(scalar)
    }
  }

  /// Whether a byte is one that is escaped, or begins a character that may be: such characters are in
  /// the blocks that start with U+0080, U+0600, U+2000 and U+F000.
  private static func needsEscape(_ byte: UInt8) -> Bool {
    switch byte {
    case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x7F, 0xC2, 0xD8, 0xE2, 0xEF: true
    default: false
    }
  }

  /// JSON that someone else has written, with the same characters escaped.
  package static func escaping(_ json: String) -> String {
    var text = ""
    for scalar in json.unicodeScalars {
      // Outside of strings JSON has no such characters but white space.
      if VisibleText.isDisruptive(scalar), !"\n\r\t".unicodeScalars.contains(scalar) {
        append(scalar, to: &text)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}
