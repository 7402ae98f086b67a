import Foundation

/// Numbers and lists as sentences have them.
enum Prose {
  /// `a`, `a and b`, `a, b and c`.
  static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }

  /// A number with three digits, a large or small one with a power of ten: `4.9`, `7.15·10¹⁰`.
  static func number(_ number: Double) -> String {
    guard number.isFinite, number != 0, !(1e-4..<1e6).contains(number.magnitude) else {
      return NumberText.rounded(number, digits: 3)
    }
    let exponent = Int(log10(number.magnitude).rounded(.down))
    let factor = NumberText.rounded(number / pow(10, Double(exponent)), digits: 3)
    return "\(factor)·10\(superscript(exponent))"
  }

  private static func superscript(_ number: Int) -> String {
    let digits = Dictionary(uniqueKeysWithValues: zip("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return String(String(number).compactMap { digits[$0] })
  }

  /// A setting such as a learning rate, with all its digits.
  static func settings(_ numbers: [Double]) -> String { list(numbers.map(NumberText.rounded)) }

  /// A share in percent: `82.1 %`, `0.172 %`.
  static func percent(_ share: Double) -> String {
    NumberText.rounded(100 * share, digits: 3) + " %"
  }

  /// `1 run`, `2 runs`.
  static func count(_ count: Int, _ word: String) -> String {
    "\(count) \(word)\(count == 1 ? "" : "s")"
  }

  /// Sentences as a paragraph, without those that do not hold.
  static func paragraph(_ sentences: String?...) -> String {
    sentences.compactMap(\.self).joined(separator: " ")
  }
}
