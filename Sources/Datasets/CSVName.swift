/// The rule that tells a header from a first row of data: all its fields are names.
///
/// A name starts with a letter or an underscore. What a person would read as a value that is missing,
/// a truth value, an amount or a date is none, although it starts so: were it taken for a name, a row
/// of data would vanish as a header. The first name may follow a `# `, as NumPy writes it.
enum CSVName {
  /// The name in a field; nil if the field holds none.
  static func name(in text: String, isFirst: Bool) -> String? {
    var text = Substring(text)
    if isFirst, text.hasPrefix("# ") { text = text.dropFirst().drop { $0 == " " } }
    guard let first = text.first, first.isLetter || first == "_" else { return nil }
    return isValue(text.lowercased()) ? nil : String(text)
  }

  private static func isValue(_ text: String) -> Bool {
    if Double(text) != nil || words.contains(text) || text.hasPrefix("nan(") { return true }
    guard text.contains(where: \.isNumber) else { return false }
    if text.contains(where: { $0.isCurrencySymbol || $0 == "%" || $0 == "‰" }) { return true }
    return isAmountOrDate(text)
  }

  /// Whether a currency's letters, a month or a weekday stand before figures, as in `usd 5` or
  /// `nov 25, 2026`: the words and nothing else, so that `march_1` and `euros1` are names.
  private static func isAmountOrDate(_ text: String) -> Bool {
    let parts = text.split { !$0.isLetter && !$0.isNumber }
    guard !text.contains("_"), let first = parts.first else { return false }
    let letters = first.prefix { $0.isLetter }
    let rest = first.dropFirst(letters.count)
    guard rest.allSatisfy(\.isNumber) else { return false }
    let isDated = isCalendarWord(letters)
    let isAmount = currencies.contains(String(letters))
    return (isDated || isAmount) && (!rest.isEmpty || parts.count > 1)
      && parts.dropFirst().allSatisfy { part in
        part.allSatisfy(\.isNumber) || part.allSatisfy { $0.isNumber || "tzhms".contains($0) }
          || isCalendarWord(part) || ["am", "pm", "utc", "gmt"].contains(part)
      }
  }

  /// Whether this is a month or a weekday, whole or by its first three letters.
  private static func isCalendarWord(_ word: Substring) -> Bool {
    calendar.contains { $0 == word || $0.prefix(3) == word }
  }

  private static let words: Set<String> = [
    "na", "n/a", "n.a.", "n.a", "n.d.", "nan", "nat", "nil", "none", "null", "missing", "undefined",
    "unknown", "not available", "inf", "infinity", "true", "false", "yes", "no", "on", "off",
  ]

  private static let calendar = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sunday",
  ]

  private static let currencies: Set<String> = [
    "usd", "eur", "gbp", "jpy", "chf", "cny", "inr", "aud", "cad", "nzd", "sek", "nok", "dkk",
    "brl", "rub", "krw", "rs", "kr", "fr", "rmb",
  ]
}
