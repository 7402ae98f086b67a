import Foundation
import RunStore

/// One option of a recipe, declared once: what it is called, where its value is kept, which values it takes,
/// and what the help says. Its default is the value that a recipe begins with.
public struct RecipeOption<Owner: Sendable>: Sendable {
  /// How it is given on the command line.
  public enum Form: Sendable {
    /// By its name alone, with `no-` before it if it is on by default.
    case flag(WritableKeyPath<Owner, Bool> & Sendable)
    /// With a value after it.
    case value(any OptionPlace<Owner>)
    /// With a list after it, or several times with a list each.
    case lists(WritableKeyPath<Owner, [[Double]]?> & Sendable)
  }

  /// The name of the parameter, `batch_size`; on the command line it has dashes.
  public let name: String
  /// What it is for.
  public let help: String
  /// What stands for the value in the help; nil for the name.
  public let valueName: String?
  /// Where the help has it.
  public private(set) var group = RecipeOptionGroup.own
  /// How it is given.
  public let form: Form

  /// The parameter of a run; nil for an option that none has.
  let parameter: @Sendable (Owner) -> SQLValue?
  /// Takes the value back from the parameters of a run.
  let restore: @Sendable (inout Owner, StoredParameters) throws -> Void
  /// The end of a sentence about a value that is not valid, such as `must be at least 1`.
  let brokenRule: @Sendable (Owner) -> String?
  /// The file that the option names; nil if it names none.
  var file: @Sendable (Owner) -> String? = { _ in nil }

  /// The same option in another part of the help.
  func moved(to group: RecipeOptionGroup) -> RecipeOption {
    var option = self
    option.group = group
    return option
  }
}

/// The part of the help under which an option stands.
public enum RecipeOptionGroup: Sendable {
  /// The recipe's own.
  case own
  /// What all recipes share that train on images.
  case training
}

/// Where a recipe keeps the value of an option; nil is no value.
public protocol OptionPlace<Owner>: Sendable {
  associatedtype Owner
  associatedtype Value: OptionValue
  /// The value.
  func value(in owner: Owner) -> Value?
  /// Changes the value.
  func set(_ value: Value, in owner: inout Owner)
}

private struct RequiredPlace<Owner, Value: OptionValue>: OptionPlace {
  let path: WritableKeyPath<Owner, Value> & Sendable

  func value(in owner: Owner) -> Value? { owner[keyPath: path] }
  func set(_ value: Value, in owner: inout Owner) { owner[keyPath: path] = value }
}

private struct OptionalPlace<Owner, Value: OptionValue>: OptionPlace {
  let path: WritableKeyPath<Owner, Value?> & Sendable

  func value(in owner: Owner) -> Value? { owner[keyPath: path] }
  func set(_ value: Value, in owner: inout Owner) { owner[keyPath: path] = value }
}

extension RecipeOption {
  /// An option with a default.
  /// - Parameters:
  ///   - whenAbsent: The value for runs that were made before there was this option; nil if there are none.
  ///   - isParameter: Whether a run has it as a parameter.
  static func option<Value: OptionValue>(
    _ name: String, _ path: WritableKeyPath<Owner, Value> & Sendable,
    rule: OptionRule<Value> = .any, _ help: String, valueName: String? = nil,
    whenAbsent: Value? = nil, isParameter: Bool = true
  ) -> RecipeOption {
    RecipeOption(
      name: name, help: help, valueName: valueName,
      form: .value(RequiredPlace(path: path)),
      // An untyped nil would be NULL.
      parameter: { isParameter ? $0[keyPath: path].stored : SQLValue?.none },
      restore: { owner, stored in
        guard isParameter else { return }
        owner[keyPath: path] = try stored.value(name, whenAbsent: whenAbsent)
      },
      brokenRule: { rule.broken(by: $0[keyPath: path]) })
  }

  /// An option without which something else is done; the parameter of a run is then NULL.
  /// - Parameter isParameter: Whether a run has it as a parameter.
  static func option<Value: OptionValue>(
    _ name: String, _ path: WritableKeyPath<Owner, Value?> & Sendable,
    rule: OptionRule<Value> = .any, _ help: String, valueName: String? = nil,
    isParameter: Bool = true
  ) -> RecipeOption {
    optional(
      name, path, rule: rule, help, valueName: valueName,
      form: .value(OptionalPlace(path: path)), isParameter: isParameter)
  }

  /// Lists of numbers, or nothing.
  static func lists(
    _ name: String, _ path: WritableKeyPath<Owner, [[Double]]?> & Sendable, _ help: String,
    valueName: String
  ) -> RecipeOption {
    optional(
      name, path, rule: .any, help, valueName: valueName,
      form: .lists(path))
  }

  /// Something that is done or not.
  /// - Parameter whenAbsent: Whether it was, in runs that were made before there was this option.
  static func flag(
    _ name: String, _ path: WritableKeyPath<Owner, Bool> & Sendable, _ help: String,
    whenAbsent: (@Sendable (StoredParameters) -> Bool)? = nil
  ) -> RecipeOption {
    RecipeOption(
      name: name, help: help, valueName: nil,
      form: .flag(path),
      parameter: { $0[keyPath: path].stored },
      restore: { owner, stored in
        owner[keyPath: path] = try stored.value(name, whenAbsent: whenAbsent?(stored))
      },
      brokenRule: { _ in nil })
  }

  /// The path of a file or folder to read.
  /// - Parameter standIn: The parameter of runs without a file; NULL if nil.
  static func file(
    _ name: String, _ path: WritableKeyPath<Owner, String?> & Sendable, _ help: String,
    valueName: String? = "file", standIn: String? = nil
  ) -> RecipeOption {
    RecipeOption(
      name: name, help: help, valueName: valueName,
      form: .value(OptionalPlace(path: path)),
      parameter: { SQLValue($0[keyPath: path] ?? standIn) },
      restore: { owner, stored in
        owner[keyPath: path] = try stored.path(name, standIn: standIn)
      },
      brokenRule: { _ in nil }, file: { $0[keyPath: path] })
  }

  private static func optional<Value: OptionValue>(
    _ name: String, _ path: WritableKeyPath<Owner, Value?> & Sendable, rule: OptionRule<Value>,
    _ help: String, valueName: String?, form: Form, isParameter: Bool = true
  ) -> RecipeOption {
    RecipeOption(
      name: name, help: help, valueName: valueName, form: form,
      parameter: { isParameter ? $0[keyPath: path]?.stored ?? .null : SQLValue?.none },
      restore: { owner, stored in
        if isParameter { owner[keyPath: path] = try stored.optionalValue(name) }
      },
      brokenRule: { $0[keyPath: path].flatMap(rule.broken) })
  }
}

/// What the value of an option must be.
struct OptionRule<Value>: Sendable {
  /// The end of a sentence: `must be at least 1`.
  let words: String
  /// Whether a value is so.
  let holds: @Sendable (Value) -> Bool

  init(_ words: String, _ holds: @escaping @Sendable (Value) -> Bool) {
    self.words = words
    self.holds = holds
  }

  /// The words, if the value breaks the rule.
  func broken(by value: Value) -> String? { holds(value) ? nil : words }

  /// Every value is valid.
  static var any: Self { Self("") { _ in true } }
}

extension OptionRule<Int> {
  static func within(_ range: ClosedRange<Int>) -> Self {
    Self("must be from \(range.lowerBound) to \(range.upperBound)", range.contains)
  }

  static let atLeast1 = Self("must be at least 1") { $0 >= 1 }
  static let notNegative = Self("must not be negative") { $0 >= 0 }
  /// More epochs nobody can wait for.
  static let epochs = within(1...1_000_000_000)
}

extension OptionRule<UInt64> {
  /// The numbers of the file have a sign.
  static let seed = Self("must be from 0 to \(Int64.max)") { $0 <= Int64.max }
}

extension OptionRule<Double> {
  static let learningRate = Self("must be a positive, finite number") { $0 > 0 && $0.isFinite }
}

/// Refuses what is not valid, for rules about several options.
/// - Parameters:
///   - parameter: The name of the parameter.
///   - rule: What it must be, as the end of a sentence: `must be at least 1`.
func require(
  _ isValid: Bool, _ parameter: String, _ rule: @autoclosure () -> String
) throws(InvalidOption) {
  guard isValid else { throw InvalidOption(parameter, rule()) }
}

/// An option that no recipe can be run with, typed or read back from a file.
public struct InvalidOption: LocalizedError, Sendable, Equatable {
  /// The name under which a run stores it: `batch_size`.
  public let parameter: String
  /// What it must be, as the end of a sentence: `must be at least 1`.
  public let rule: String

  init(_ parameter: String, _ rule: String) {
    self.parameter = parameter
    self.rule = rule
  }

  /// What is wrong, by the name of the option: `The option batch_size must be at least 1.`
  public var errorDescription: String? {
    "The option \(parameter) \(rule)."
  }

  /// What to do about it.
  public var recoverySuggestion: String? {
    "see what the recipe takes"
  }
}
