import ArgumentParser
import RunStore

/// A name and perhaps a value, as one types them after an option: `word` or `name=value`.
struct NamedValue: ExpressibleByArgument, Equatable {
  let name: String
  /// What follows the first `=`; nil if there is none.
  let value: String?

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    name = String(parts[0])
    value = parts.count > 1 ? String(parts[1]) : nil
    if name.isEmpty { return nil }
  }
}

extension [NamedValue] {
  /// The values as parameters of a statement. Of two with the same name, the last one counts.
  var sqlValues: [String: SQLValue] {
    Dictionary(map { ($0.name, SQLValue(typed: $0.value ?? "")) }, uniquingKeysWith: { $1 })
  }
}

extension SQLValue {
  /// What someone typed: a number where it is one in decimal notation, and text everywhere else.
  fileprivate init(typed text: String) {
    let isDecimal = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    if let number = Int64(text) {
      self = .integer(number)
    } else if isDecimal, let number = Double(text), number.isFinite {
      self = .real(number)
    } else {
      self = .text(text)
    }
  }
}
