import ArgumentParser

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
