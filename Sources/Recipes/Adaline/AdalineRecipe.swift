import Foundation
import Randomness
import Recording
import RunStore
import Training

/// One Adaline as a logic gate: with given weights, or with weights that it learns.
public struct AdalineRecipe: Recipe {
  /// The gate it should be.
  public var gate = Gate.and
  /// The weights to evaluate, `w0` first; nil to learn them.
  public var weights: [Double]?
  /// The length of a step.
  public var learningRate = 0.05
  /// How often to learn each row.
  public var epochs = 50
  /// Seeds the initial weights.
  public var seed: UInt64 = 1

  public init() {}

  public static let name = "adaline"
  public static let summary = "One adaptive linear neuron as a logic gate."
  public static let mathematics = """
    s = w0 + Σ wi·xi, y = +1 if s ≥ 0, else -1, with inputs xi and target t of ±1;
    learns by the rule of Widrow and Hoff: w ← w + lr · (t - s) · x, row by row.
    """

  public static let options: [RecipeOption<Self>] = [
    .option("gate", \.gate, "The gate."),
    .option(
      "weights", \.weights,
      "Evaluate these weights, w0 first, instead of learning; such as -1.5,1,1.",
      valueName: "w0,w1,…"),
    .option("lr", \.learningRate, rule: .learningRate, "Learning rate."),
    .option("epochs", \.epochs, rule: .epochs, "How often to learn each row."),
    .option("seed", \.seed, rule: .seed, "Seed of the initial weights."),
  ]

  public func validate() throws(InvalidOption) {
    let needed = gate.inputCount + 1
    try require(
      weights.map { $0.count == needed && $0.allSatisfy(\.isFinite) } ?? true, "weights",
      "must be \(needed) numbers for \(gate.rawValue): w0 and one for each input")
  }

  public func perform(
    in context: RunContext, progress: some TrainingObserver
  ) throws -> AdalineResult {
    var draft = context.draft(of: self, seed: seed)
    draft.layers = [.fullyConnected("adaline", 0, from: gate.inputCount, to: 1)]
    let outcome = try context.record(draft) { journal in
      let samples = gate.truthTable
      var adaline = Adaline(weights: weights ?? initialWeights())
      if weights == nil {
        try train(&adaline, on: samples, journal: &journal)
      } else {
        try log(adaline, on: samples, epoch: 0, journal: &journal)
      }
      let table = TruthTable(samples, sum: adaline.sum, output: adaline.output)
      journal.log(predictions: table.rows)
      judge(table, journal: &journal)
      return .finished
    }
    return AdalineResult(outcome: outcome)
  }

  private func initialWeights() -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0...gate.inputCount).map { _ in generator.nextUniform(from: -0.5, to: 0.5) }
  }

  private func train(
    _ adaline: inout Adaline, on samples: [Sample], journal: inout RunJournal
  ) throws {
    var watch = DivergenceWatch(
      initialLoss: try log(adaline, on: samples, epoch: 0, journal: &journal))
    for epoch in 1...epochs {
      for sample in samples { adaline.learn(sample, rate: learningRate) }
      let loss = try log(adaline, on: samples, epoch: epoch, journal: &journal)
      if let message = watch.notice(loss: loss, epoch: epoch) {
        journal.alert(.warning, "divergence", message, epoch: epoch)
      }
    }
  }

  @discardableResult
  private func log(
    _ adaline: Adaline, on samples: [Sample], epoch: Int, journal: inout RunJournal
  ) throws -> Double {
    let step = epoch * samples.count
    let loss = adaline.meanSquaredError(over: samples)
    let errors = samples.count { adaline.output($0.inputs) != $0.target }
    try journal.log(
      [
        MetricName.trainingLoss: loss, MetricName.truthTableErrors: Double(errors),
        MetricName.trainingAccuracy: 1 - Double(errors) / Double(samples.count),
      ], epoch: epoch, step: step)
    journal.log(weights: adaline.weights, epoch: epoch, step: step)
    if epoch == epochs || epoch == 0 {
      journal.log(
        tensors: [
          TensorRecord(
            "adaline.weight", weight: Matrix(rows: [Array(adaline.weights.dropFirst())])),
          TensorRecord("adaline.bias", bias: [adaline.weights[0]]),
        ], epoch: epoch, step: step)
    }
    return loss
  }

  /// Says which rows are wrong, and whether it could be otherwise.
  private func judge(_ table: TruthTable, journal: inout RunJournal) {
    guard !table.wrongRows.isEmpty else { return }
    journal.alert(
      .warning, "wrong_rows",
      "\(gate.rawValue) is wrong in \(table.wrongRows.count) of \(table.rows.count) rows:"
        + " \(table.wrongRowNames).")
    if !gate.isLinearlySeparable {
      journal.alert(
        .info, "not_separable",
        "\(gate.rawValue) cannot be done by one Adaline: no straight line has its +1 on one side"
          + " and its -1 on the other. A Madaline can: tracker run madaline --gate"
          + " \(gate.rawValue)")
    }
  }
}

/// What an Adaline answers to each row of its gate.
public struct AdalineResult: RecipeResult, Equatable {
  /// The run.
  public let outcome: RunOutcome

  public var runs: [RunOutcome] { [outcome] }
  public var tables: [ResultTable] { [.predictions(outcome.predictions)] }

  public var remarks: [String] {
    let weights = outcome.metrics.filter { $0.name.hasPrefix("weight/w") }.map {
      "\($0.name.dropFirst("weight/".count)) = \(($0.lastValue ?? .nan).short)"
    }
    return ["Weights: \(weights.joined(separator: ", "))."] + outcome.truthTableRemarks
  }
}
