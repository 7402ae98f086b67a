import GRDB
import RunStore

/// Params are text to MLflow, and numbers to whoever asks `value < 0.1`: a text that is a number is stored as
/// one, and as it was written where the number alone does not say that.
package enum ParamText {
  /// How a text is stored: the columns `value` and `text`.
  package static func stored(_ text: String) -> (value: SQLValue, text: String?) {
    switch text {
    case "None": return (.null, nil)
    case "True", "true": return (.integer(1), text)
    case "False", "false": return (.integer(0), text)
    case "nan", "NaN": return (.null, text)
    case "inf": return (.real(.infinity), nil)
    case "-inf": return (.real(-.infinity), nil)
    default: break
    }
    guard text.utf8.count <= 40, text.utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 }),
      text.utf8.allSatisfy({ byte in "0123456789+-.eE".utf8.contains(byte) })
    else { return (.text(text), nil) }
    if let integer = Int64(text) { return kept(.integer(integer), text) }
    guard let real = Double(text), real.isFinite else { return (.text(text), nil) }
    return kept(.real(real), text)
  }

  private static func kept(_ value: SQLValue, _ text: String) -> (value: SQLValue, text: String?) {
    (value, self.text(of: value) == text ? nil : text)
  }

  /// The text of a value that was stored without one.
  static func text(of value: SQLValue) -> String {
    switch value {
    case .null: "None"
    case .integer(let value): String(value)
    case .real(let value): value.description
    case .text(let value): value
    case .blob(let value): String(decoding: value, as: UTF8.self)
    }
  }

  /// `param_text(value, text)`: the text of a row of `params`.
  static let function = DatabaseFunction("param_text", argumentCount: 2, pure: true) { values in
    if let text = String.fromDatabaseValue(values[1]) { return text }
    return switch values[0].storage {
    case .null: text(of: .null)
    case .int64(let value): text(of: .integer(value))
    case .double(let value): text(of: .real(value))
    case .string(let value): value
    case .blob(let value): text(of: .blob(value))
    }
  }
}
