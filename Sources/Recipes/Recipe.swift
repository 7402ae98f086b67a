import RunStore
import Training

/// What `tracker run NAME` runs, with its options.
///
/// A value of a type that conforms is one such run, as it could be typed: `LMSRecipe()` is `tracker run lms`.
/// Everything that is known of an option is in the table `options`: from it come the command line and its
/// help, the parameters of the run in the file, and the way back from these to the recipe, by which `resume`
/// and `verify` do a run again. A new recipe is a type and its line in `allRecipes`.
public protocol Recipe: Sendable, Equatable {
  /// What came out of it.
  associatedtype Result: RecipeResult

  /// What `tracker run` calls it, and what its runs have in the column `recipe`.
  static var name: String { get }
  /// What it does, in a line.
  static var summary: String { get }
  /// Its formulas, in two lines.
  static var mathematics: String { get }
  /// All that one can choose, in the order of the help.
  static var options: [RecipeOption<Self>] { get }

  /// The recipe with the default of every option.
  init()

  /// Fills in what follows from other options. Doing so again changes nothing.
  mutating func complete()

  /// Refuses options that do not go together; each by itself is within its rule.
  func validate() throws(InvalidOption)

  /// Does the work, and records it. The options are complete and valid.
  ///
  /// Files are read before anything is written: what is wrong with them leaves no trace.
  func perform(in context: RunContext, progress: some TrainingObserver) throws -> Result
}

extension Recipe {
  public mutating func complete() {}

  public func validate() throws(InvalidOption) {}

  /// Reads a recipe back from the parameters of a run.
  /// - Throws: `ReplayError` for a parameter that is missing or of the wrong type.
  init(stored: StoredParameters) throws {
    self.init()
    for option in Self.options { try option.restore(&self, stored) }
  }

  /// The recipe with all that follows from its options.
  /// - Throws: `InvalidOption` for options that make no sense.
  public func completed() throws(InvalidOption) -> Self {
    var recipe = self
    recipe.complete()
    for option in Self.options {
      if let rule = option.brokenRule(recipe) { throw InvalidOption(option.name, rule) }
    }
    try recipe.validate()
    return recipe
  }

  /// Runs it and records everything: one run, or several that share a group.
  /// - Parameters:
  ///   - progress: Is told of each step and epoch of a training that takes time, after the file.
  /// - Throws: `InvalidOption` for options that make no sense.
  public func run(in context: RunContext, progress: some TrainingObserver) throws -> Result {
    try completed().perform(in: context, progress: progress)
  }

  /// Runs it and tells nobody how it goes.
  public func run(in context: RunContext) throws -> Result {
    try run(in: context, progress: Unobserved())
  }

  /// The options as parameters of a run.
  var parameters: [String: SQLValue] {
    Dictionary(
      uniqueKeysWithValues: Self.options.compactMap { option in
        option.parameter(self).map { (option.name, $0) }
      })
  }

  /// The number of epochs to train; nil if the recipe does not count any.
  public var plannedEpochs: Int? { parameters["epochs"]?.integer.map { Int($0) } }

  /// The files that the options name, by the name of the option.
  var files: [(option: String, path: String)] {
    Self.options.compactMap { option in
      option.file(self).map { (option.name, $0) }
    }
  }
}

/// All recipes, in the order in which `tracker run` lists them.
public let allRecipes: [any Recipe.Type] = [
  AdalineRecipe.self, MadalineRecipe.self, BackpropRecipe.self, ConvolutionRecipe.self,
  LMSRecipe.self, LeNetRecipe.self, MLPRecipe.self,
]

/// What came out of a recipe: its runs, and what a person wants to see of them.
public protocol RecipeResult: Sendable {
  /// The runs, in the order in which they were started; at least one.
  var runs: [RunOutcome] { get }
  /// What the recipe is about.
  var tables: [ResultTable] { get }
  /// Sentences about the tables.
  var remarks: [String] { get }
  /// Whether the tables tell what the alerts of the runs do.
  var tablesShowAlerts: Bool { get }
}

extension RecipeResult {
  public var tables: [ResultTable] { [] }
  public var remarks: [String] { [] }
  public var tablesShowAlerts: Bool { false }
}

/// A table of a result.
public enum ResultTable: Sendable, Equatable {
  /// The answers of a network, a row each.
  case predictions([PredictionRecord])
  /// Rows under named columns. Columns of numbers line up to the right, as do those in `rightAligned`.
  case rows(columns: [String], rightAligned: Set<String> = [], [[SQLValue]])
}

/// A recipe that is one run has no more to say than the run itself.
extension RunOutcome: RecipeResult {
  public var runs: [RunOutcome] { [self] }
}

/// Is told everything and does nothing.
private struct Unobserved: TrainingObserver {
  func observe(_ event: TrainingEvent) {}
}
