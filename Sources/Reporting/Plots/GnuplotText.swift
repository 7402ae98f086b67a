import Foundation

/// The spelling of gnuplot's language.
enum GnuplotText {
  /// The start of `text` as a string literal. What could end the literal, or that gnuplot replaces even inside one
  /// (back-quotes run commands), is written as octal numbers; control characters become visible escapes.
  ///
  /// The numbers have four digits, a zero first, which is the only length that gnuplot never exceeds: it takes
  /// the 5 of `\0445` for part of the number.
  static func quoted(_ text: String) -> String {
    let start = String(String.UnicodeScalarView(text.unicodeScalars.prefix(longest)))
    let content = VisibleText.escaping(start).unicodeScalars.reduce(into: "") { literal, scalar in
      if special.contains(scalar) {
        literal += "\\" + String(scalar.value + 0o10000, radix: 8).dropFirst()
      } else {
        literal.unicodeScalars.append(scalar)
      }
    }
    return "\"\(content)\""
  }

  /// The most characters of a literal, far more than a picture has room for.
  private static let longest = 2_000

  private static let special = Set("\"\\`'@$".unicodeScalars)

  /// `text` as the label of a tick, where gnuplot takes `%` for the start of a format.
  static func quotedTick(_ text: String) -> String {
    quoted(text).unicodeScalars.reduce(into: "") { $0 += $1 == "%" ? "%%" : String($1) }
  }

  /// A number in full; NaN is nothing to gnuplot.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    let text = NumberText.exact(value)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A range as `[lower:upper]`.
  static func range(_ range: ClosedRange<Double>) -> String {
    "[\(number(range.lowerBound)):\(number(range.upperBound))]"
  }
}
