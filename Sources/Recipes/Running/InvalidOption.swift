import Foundation

/// A choice that no recipe can be run with.
///
/// Each recipe's options have one `validate()` that throws it: what the command line takes and what a
/// file holds are judged by the same rules.
public struct InvalidOption: Error, Sendable, Equatable {
  /// The name under which a run stores the choice: `batch_size`.
  public let parameter: String
  /// What the choice must be, as the end of a sentence: `must be at least 1`.
  public let rule: String

  init(_ parameter: String, _ rule: String) {
    self.parameter = parameter
    self.rule = rule
  }

  /// What is wrong, by the name of the option: `--batch-size must be at least 1.`
  public var message: String {
    "--\(parameter.replacingOccurrences(of: "_", with: "-")) \(rule)."
  }

  /// What to do about it.
  public var hint: String { "see what the recipe takes with: tracker run RECIPE --help" }
}
