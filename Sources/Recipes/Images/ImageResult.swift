import Recording
import RunStore

/// What trainings on images came to.
public struct ImageResult: RecipeResult, Equatable {
  /// By network, then by seed.
  public private(set) var outcomes: [RunOutcome] = []
  /// The ids of those that had been made before.
  public internal(set) var reused: [Int] = []
  private var rows: [[SQLValue]] = []

  init(outcomes: [RunOutcome] = []) { self.outcomes = outcomes }

  /// The first, or only, run.
  public var outcome: RunOutcome { outcomes[0] }
  public var runs: [RunOutcome] { outcomes }

  mutating func append<R: ImageRecipe>(_ outcome: RunOutcome, of recipe: R) {
    outcomes.append(outcome)
    let (depth, width) = (recipe.derivedParameters["depth"], recipe.derivedParameters["width"])
    let values = [
      MetricName.trainingLoss, MetricName.validationLoss, MetricName.trainingAccuracy,
      MetricName.validationAccuracy,
    ].map { name in outcome.metric(name).map { .real($0.lastValue ?? .nan) } ?? SQLValue.null }
    rows.append(
      [
        .integer(Int64(outcome.run)), .text(outcome.status.rawValue), depth ?? .null,
        width ?? .null,
      ]
        + [recipe.images.seed.stored] + values)
  }

  public var tables: [ResultTable] {
    guard outcomes.count > 1 else { return [] }
    let columns = [
      "run", "status", "depth", "width", "seed", "train/loss", "val/loss", "train/accuracy",
      "val/accuracy",
    ]
    // Only a perceptron has a depth.
    let shown = columns.indices.filter { column in rows.contains { $0[column] != .null } }
    return [.rows(columns: shown.map { columns[$0] }, rows.map { row in shown.map { row[$0] } })]
  }

  public var remarks: [String] {
    reused.isEmpty
      ? []
      : ["\(reused.count) of \(outcomes.count) runs had been made before and were not made again."]
  }
}
