import RunStore
import Training

/// What made a stored run, ready to do it again.
enum StoredRecipe: Sendable {
  /// A network on images, which can be gone on with from a checkpoint.
  case images(ImageRecipe)
  /// A recipe that takes no time and is always done from its start.
  case small(@Sendable (RunContext) throws -> RunOutcome)

  /// Reads the recipe back from the row of a run.
  /// - Parameter changes: Parameters that get another value.
  init(
    of run: RunRecord, in database: RunDatabase, changing changes: [String: SQLValue]
  ) throws {
    let parameters = try database.parameters(ofRun: run.id).merging(changes) { _, new in new }
    let stored = StoredParameters(
      parameters, directory: try database.environment(ofRun: run.id)["directory"]?.text)
    switch run.recipe {
    case "lenet": self = .images(try .leNet(ImageTrainingOptions(stored)))
    case "mlp": self = .images(try .mlp(stored))
    case "adaline":
      let recipe = AdalineRecipe(try AdalineOptions(stored))
      self = .small { try recipe.run(in: $0) }
    case "madaline":
      let recipe = MadalineRecipe(try MadalineOptions(stored))
      self = .small { try Self.only(recipe.run(in: $0).map(\.outcome), of: run) }
    case "lms":
      let recipe = LMSRecipe(try LMSOptions(stored))
      self = .small { try Self.only(recipe.run(in: $0).outcomes.map(\.outcome), of: run) }
    case "backprop":
      let recipe = BackpropRecipe(try BackpropOptions(stored))
      self = .small { try recipe.run(in: $0).outcome }
    case "convolution":
      let recipe = ConvolutionRecipe(try ConvolutionOptions(stored))
      self = .small { try recipe.run(in: $0).outcome }
    default: throw RepetitionError.notOurs(run: run.id, recipe: run.recipe)
    }
  }

  /// Does it.
  func run(in context: RunContext, progress: some TrainingObserver) throws -> RunOutcome {
    switch self {
    case .images(let recipe): try recipe.run(in: context, progress: progress)
    case .small(let run): try run(context)
    }
  }

  private static func only(_ outcomes: [RunOutcome], of run: RunRecord) throws -> RunOutcome {
    guard let outcome = outcomes.first else {
      throw RepetitionError.notOurs(run: run.id, recipe: run.recipe)
    }
    return outcome
  }
}
