import Foundation

/// What can be wrong with a search for runs.
public enum RunSearchError: LocalizedError, Sendable, Hashable {
  /// The condition is more than a condition, or less: `detail` says how.
  case malformedCondition(detail: String)
  /// Nothing in the file has this name.
  case unknownName(String, known: [String])
  /// A name that is no word stands in the condition without quotes.
  case unquotedName(String)
  /// A name may mean several things.
  case ambiguousName(String, candidates: [String])

  /// What is wrong.
  public var errorDescription: String? {
    switch self {
    case .malformedCondition(let detail): "The condition is malformed: \(detail)."
    case .unknownName(let name, _):
      "No run has a column, parameter, metric or tag called '\(name)'."
    case .unquotedName(let name): "The condition has the name '\(name)' without quotes."
    case .ambiguousName(let name, _): "The name '\(name)' may mean several things."
    }
  }

  /// What to do about it.
  public var recoverySuggestion: String? {
    switch self {
    case .malformedCondition:
      "one condition such as: lr < 0.1 AND recipe = 'lenet' AND \"val/loss\" < 0.4; a name that is"
        + " a word of SQL stands in double quotes, such as \"limit\""
    case .unquotedName(let name):
      "put it in double quotes, and for the shell the condition in single ones:"
        + " '\"\(name.replacing("\"", with: "\"\""))\" < 0.4'"
    case .ambiguousName(_, let candidates):
      "say which, in double quotes: " + candidates.map { "\"\($0)\"" }.joined(separator: " or ")
    case .unknownName(_, let known):
      "text stands in 'single quotes'; there are "
        + known.prefix(60).joined(separator: ", ") + (known.count > 60 ? " …" : "")
    }
  }
}
