import Foundation
import RunStore

/// Values as JSON (RFC 8259).
enum JSONText {
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
    case "\0"..."\u{1F}", "\u{7F}":
      let digits = String(scalar.value, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: text.unicodeScalars.append(scalar)
    }
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
  }
}
