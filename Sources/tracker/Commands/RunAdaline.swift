import ArgumentParser
import Recipes
import Reporting

extension Gate: ExpressibleByArgument {}

/// `tracker run adaline`.
struct RunAdaline: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adaline",
    abstract: "One adaptive linear neuron as a logic gate.",
    discussion: """
      s = w0 + Σ wi·xi, y = +1 if s ≥ 0, else -1, with inputs xi and target t of ±1;
      learns by the rule of Widrow and Hoff: w ← w + lr · (t - s) · x, row by row.
      """)

  @Option(help: "The gate.")
  var gate = Gate.and

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Evaluate these weights, w0 first, instead of learning; such as -1.5,1,1.",
      valueName: "w0,w1,…"))
  var weights: NumberList?

  @Option(name: .customLong("lr"), parsing: .unconditional, help: "Learning rate.")
  var learningRate = 0.05

  @Option(parsing: .unconditional, help: "How often to learn each row.")
  var epochs = 50

  @Option(parsing: .unconditional, help: "Seed of the initial weights.")
  var seed: UInt64 = 1

  @OptionGroup(title: "Run") var options: RunOptions

  func validate() throws {
    try requireValid { try choices.validate() }
  }

  private var choices: AdalineOptions {
    var choices = AdalineOptions()
    choices.gate = gate
    choices.weights = weights?.numbers
    choices.learningRate = learningRate
    choices.epochs = epochs
    choices.seed = seed
    return choices
  }

  func run() async throws {
    let outcome = try AdalineRecipe(choices).run(in: await options.context())
    try options.print(
      [outcome], tables: [.predictions(outcome.predictions)],
      remarks: [outcome.weightSentence] + outcome.truthTableRemarks)
  }
}
