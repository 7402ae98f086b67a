import ArgumentParser
import Foundation
import Recipes
import Reporting

/// `tracker run madaline`.
struct RunMadaline: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "madaline",
    abstract: "Two hidden Adalines and one output, for what one Adaline cannot do.",
    discussion: """
      h1, h2 = sgn(w0 + Σ wi·xi), each its own w; y = sgn(v0 + v1·h1 + v2·h2);
      Madaline Rule II: turn over the hidden neuron nearest to 0 that mends y.
      """)

  @Option(help: "The gate.")
  var gate = Gate.xor

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Evaluate these weights of the hidden Adalines, w0 first, instead of learning: both in one"
        + " list, or the option twice. Without it, and with --output: -1,1,-1 and -1,-1,1.",
      valueName: "w0,w1,…"))
  var hidden: [NumberList] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Evaluate these weights of the output, w0 first. Without it, and with --hidden: 1,1,1.",
      valueName: "v0,v1,v2"))
  var output: NumberList?

  @Option(
    name: .customLong("lr"), parsing: .unconditional,
    help: "Part of a neuron's error that a step takes away.")
  var learningRate = 0.5

  @Option(parsing: .unconditional, help: "How often to learn each row, at most.")
  var epochs = 200

  @Option(
    parsing: .unconditional, help: "Seed of the initial weights and of the order of the rows.")
  var seed: UInt64 = 1

  @Option(
    parsing: .unconditional, help: "Train from so many seeds, counted from --seed; a run each.")
  var seeds = 1

  @OptionGroup(title: "Run") var options: RunOptions

  func validate() throws {
    try require(
      output == nil || !hidden.isEmpty || gate.inputCount == 2,
      "--output without --hidden is for gates with two inputs.")
    try requireValid { try choices.validate(seeds: seeds) }
  }

  private var weights: MadalineOptions.Weights? {
    guard output != nil || !hidden.isEmpty else { return nil }
    let numbers = hidden.flatMap(\.numbers)
    let perNeuron = gate.inputCount + 1
    let report = MadalineOptions.Weights.report
    return MadalineOptions.Weights(
      hidden: numbers.isEmpty
        ? report.hidden
        : stride(from: 0, to: numbers.count, by: perNeuron).map {
          Array(numbers[$0..<min($0 + perNeuron, numbers.count)])
        },
      output: output?.numbers ?? report.output)
  }

  private var choices: MadalineOptions {
    var choices = MadalineOptions()
    choices.gate = gate
    choices.weights = weights
    choices.learningRate = learningRate
    choices.epochs = epochs
    choices.seed = seed
    return choices
  }

  func run() async throws {
    let outcomes = try MadalineRecipe(choices).run(in: await options.context(), seeds: seeds)
    if let only = outcomes.first, outcomes.count == 1 {
      try options.print(
        [only.outcome], tables: [.predictions(only.outcome.predictions), .madalines(outcomes)],
        remarks: only.outcome.truthTableRemarks)
    } else {
      try options.print(
        outcomes.map(\.outcome), tables: [.madalines(outcomes)], remarks: [summary(outcomes)],
        // The table says for each run whether it is right.
        alerts: [])
    }
  }

  private func summary(_ outcomes: [MadalineOutcome]) -> String {
    let learned = outcomes.filter(\.isRight)
    let different = Set(learned.map { $0.hidden + [$0.output] }).count
    return "Learned \(gate.rawValue) from \(learned.count) of \(outcomes.count) initialisations, "
      + "with \(different) different sets of weights."
  }
}

extension Table {
  /// The weights that each seed leads to.
  fileprivate static func madalines(_ outcomes: [MadalineOutcome]) -> Table {
    func words(_ weights: [Double]) -> String { weights.map(\.short).joined(separator: ", ") }
    return Table(
      columns: ["run", "seed", "epochs", "right", "hidden1", "hidden2", "output"],
      rows: outcomes.map { outcome in
        [
          .integer(Int64(outcome.outcome.run)),
          .integer(Int64(truncatingIfNeeded: outcome.seed)), .integer(Int64(outcome.epochs)),
          .text(outcome.isRight ? "yes" : "no"),
        ] + (outcome.hidden + [outcome.output]).map { .text(words($0)) }
      })
  }
}
