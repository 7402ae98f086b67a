import ArgumentParser
import Recipes

/// Some of the options of a recipe as arguments of its command.
///
/// The parser finds the arguments of a type by its mirror. This one's shows the rows of the recipe's table,
/// each as the property that someone would have written for it.
struct RecipeArguments<R: Recipe, Part: RecipePart>: ParsableArguments, CustomReflectable {
  private var setters: [@Sendable (inout R) -> Void] = []

  init() {}

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: OptionName.self)
    setters = try Self.options.map { option in
      let key = OptionName(stringValue: option.name)
      switch option.form {
      case .flag(let path):
        let isOn = try container.decode(Flag<Bool>.self, forKey: key).wrappedValue
        return { $0[keyPath: path] = isOn }
      case .value(let place):
        return try place.setter(from: container, key: key)
      case .lists(let path):
        let lists = try container.decode(Option<[Argument<[Double]>]>.self, forKey: key)
          .wrappedValue.map(\.value)
        return { if !lists.isEmpty { $0[keyPath: path] = lists } }
      }
    }
  }

  /// Gives a recipe the values that were typed.
  func set(in recipe: inout R) {
    for setter in setters { setter(&recipe) }
  }

  private static var options: [RecipeOption<R>] { R.options.filter { $0.group == Part.group } }

  var customMirror: Mirror {
    Mirror(self, children: Self.options.map { (label: $0.name, value: $0.argument) })
  }
}

/// Which options of a recipe stand under one title of the help.
protocol RecipePart {
  static var group: RecipeOptionGroup { get }
}

enum OwnPart: RecipePart {
  static let group = RecipeOptionGroup.own
}

enum TrainingPart: RecipePart {
  static let group = RecipeOptionGroup.training
}

private struct OptionName: CodingKey {
  let stringValue: String
  let intValue: Int? = nil

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// A value of a recipe's option, as the parser reads and shows it.
private struct Argument<Value: OptionValue>: ExpressibleByArgument {
  let value: Value

  init(_ value: Value) { self.value = value }

  init?(argument: String) {
    guard let value = Value(typed: argument) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { value.typed }
  static var allValueStrings: [String] { Value.words }
  static var defaultCompletionKind: CompletionKind {
    Value.words.isEmpty ? .default : .list(Value.words)
  }
}

extension RecipeOption where Owner: Recipe {
  /// The property wrapper of an argument.
  fileprivate var argument: Any {
    let name = NameSpecification.customLong(self.name.replacing("_", with: "-"))
    let help = ArgumentHelp(self.help, valueName: valueName)
    switch form {
    case .flag(let path):
      return Owner()[keyPath: path]
        ? Flag(wrappedValue: true, name: name, inversion: .prefixedNo, help: help)
        : Flag(wrappedValue: false, name: name, help: help)
    case .value(let place):
      return place.argument(name, help)
    case .lists:
      return Option<[Argument<[Double]>]>(
        wrappedValue: [], name: name, parsing: .unconditionalSingleValue, help: help)
    }
  }
}

extension OptionPlace where Owner: Recipe {
  /// Numbers are read unconditionally: a value such as -1 is refused for what it is, and not mistaken for
  /// an option.
  private var parsing: SingleValueParsingStrategy {
    Value.canBeNegative ? .unconditional : .next
  }

  fileprivate func argument(_ name: NameSpecification, _ help: ArgumentHelp) -> Any {
    guard let initial = value(in: Owner()) else {
      return Option<Argument<Value>?>(name: name, parsing: parsing, help: help)
    }
    return Option(wrappedValue: Argument(initial), name: name, parsing: parsing, help: help)
  }

  fileprivate func setter(
    from container: KeyedDecodingContainer<OptionName>, key: OptionName
  ) throws -> @Sendable (inout Owner) -> Void {
    let typed =
      value(in: Owner()) == nil
      ? try container.decode(Option<Argument<Value>?>.self, forKey: key).wrappedValue
      : try container.decode(Option<Argument<Value>>.self, forKey: key).wrappedValue
    guard let value = typed?.value else { return { _ in } }
    return { set(value, in: &$0) }
  }
}
