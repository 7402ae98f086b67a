import ArgumentParser
import Recipes
import Reporting
import RunStore

/// `tracker run lms`.
struct RunLMS: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lms",
    abstract: "The LMS rule at several learning rates, beside least squares.",
    discussion: """
      s = w0·1 + w1·x1 + w2·x2, w ← w + lr · (d - s) · x, row by row from w = 0;
      tends to the least-squares (Wiener) weights, or to infinity if lr is too large.
      """)

  @Option(
    help: ArgumentHelp(
      "Rows of 1, x1, x2, d as CSV; without it 100 generated ones.", valueName: "file"))
  var data: String?

  @Option(
    name: .customLong("lr"), parsing: .unconditional,
    help: ArgumentHelp("Learning rates, a run each.", valueName: "rate,rate,…"))
  var learningRates = NumberList(LMSOptions().learningRates)

  @Option(parsing: .unconditional, help: "How often to learn each row.")
  var epochs = 20

  @Option(parsing: .unconditional, help: "Seed of the generated data.")
  var seed: UInt64 = 1

  @OptionGroup(title: "Run") var options: RunOptions

  func validate() throws {
    try requireValid { try choices.validate() }
  }

  private var choices: LMSOptions {
    var choices = LMSOptions()
    choices.data = data
    choices.learningRates = learningRates.numbers
    choices.epochs = epochs
    choices.seed = seed
    return choices
  }

  func run() async throws {
    let comparison = try LMSRecipe(choices).run(in: await options.context())
    try options.print(comparison.outcomes.map(\.outcome), tables: [.comparison(comparison)])
  }
}

extension Table {
  /// The least-squares solution, and where each rate led.
  fileprivate static func comparison(_ comparison: LMSComparison) -> Table {
    func row(_ run: SQLValue, _ rate: SQLValue, _ loss: Double, _ weights: [Double]) -> [SQLValue] {
      [run, rate, .real(loss)] + weights.map { .real($0) }
    }
    return Table(
      columns: ["run", Column("lr", alignment: .right), "mse"]
        + comparison.wienerWeights.indices.map { Column("w\($0)") },
      rows: [row(.null, "Wiener", comparison.wienerLoss, comparison.wienerWeights)]
        + comparison.outcomes.map { outcome in
          row(
            .integer(Int64(outcome.outcome.run)), .real(outcome.learningRate), outcome.loss,
            outcome.weights)
        })
  }
}
