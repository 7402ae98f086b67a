import RunStore
import TestSupport
import Testing
import Training

@testable import Recipes

/// A small run of a recipe, as run 1, and not come to its end.
struct SampleRun: Sendable, CustomTestStringConvertible {
  let type: any Recipe.Type
  /// Parameters that are not the defaults.
  let parameters: [String: SQLValue]

  var testDescription: String { "\(type.name) \(parameters.keys.sorted())" }

  static let mlp = SampleRun(
    type: MLPRecipe.self, parameters: ["hidden": "4", "activation": "tanh"])

  /// Each recipe as it is, and what else its options can make of it.
  static let all =
    allRecipes.map { SampleRun(type: $0, parameters: [:]) } + [
      mlp,
      SampleRun(type: AdalineRecipe.self, parameters: ["weights": "1,2,3"]),
      SampleRun(type: MadalineRecipe.self, parameters: ["output": "1,1,1"]),
      SampleRun(type: BackpropRecipe.self, parameters: ["check": 1]),
      SampleRun(type: ConvolutionRecipe.self, parameters: ["shape_rule": 1]),
    ]

  func recipe() throws -> any Recipe { try type.small(parameters) }

  func record(in log: Logbook) throws {
    let recipe = try recipe()
    var context = log.context
    if recipe is any ImageRecipe {
      // Stopped within the second epoch: after the fourth of nine steps.
      let steps = StepCount()
      context.shouldStop = { steps.next() > 4 }
    }
    let runs = try recipe.run(in: context).runs
    precondition(runs.count == 1, "A sample is one run.")
    try PlainConnection(path: context.databasePath).execute("UPDATE runs SET status = 'failed'")
  }
}

extension Recipe {
  /// The recipe such that it takes a moment and makes one run.
  fileprivate static func small(_ parameters: [String: SQLValue]) throws -> Self {
    var few: [String: SQLValue] = ["epochs": 3, "lr": 0.01]
    if Self.self is any ImageRecipe.Type {
      few.merge(["data": "shapes", "limit": 24, "validation_limit": 8, "batch_size": 8]) { $1 }
    }
    let defaults = Self().parameters
    let stored = defaults.merging(few.filter { defaults.keys.contains($0.key) }) { $1 }
      .merging(parameters) { $1 }
    return try Self(stored: StoredParameters(stored, ofRun: 1, directory: nil)).completed()
  }
}
