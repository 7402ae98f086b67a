import Randomness
import Recording
import RunStore

/// One Adaline as a logic gate: with given weights, or with weights that it learns.
public struct AdalineRecipe: Sendable {
  /// The choices.
  public let options: AdalineOptions

  /// Takes the choices.
  public init(_ options: AdalineOptions) {
    self.options = options
  }

  /// Evaluates or trains, and logs everything.
  /// - Throws: `InvalidOption` for choices that make no sense.
  public func run(in context: RunContext) throws -> RunOutcome {
    try options.validate()
    var draft = context.draft(
      recipe: "adaline", seed: options.seed, parameters: options.parameters)
    draft.layers = [.fullyConnected("adaline", 0, from: options.gate.inputCount, to: 1)]
    return try context.record(draft) { journal in
      let samples = options.gate.truthTable
      var adaline = Adaline(weights: options.weights ?? initialWeights())
      if options.weights == nil {
        try train(&adaline, on: samples, journal: &journal)
      } else {
        try note(adaline, on: samples, epoch: 0, journal: &journal)
      }
      let table = TruthTable(samples, sum: adaline.sum, output: adaline.output)
      journal.note(predictions: table.rows)
      judge(table, journal: &journal)
      return .finished
    }
  }

  private func initialWeights() -> [Double] {
    var generator = SeededGenerator(seed: options.seed)
    return (0...options.gate.inputCount).map { _ in generator.nextUniform(from: -0.5, to: 0.5) }
  }

  private func train(
    _ adaline: inout Adaline, on samples: [Sample], journal: inout RunJournal
  ) throws {
    var watch = DivergenceWatch(initialLoss: adaline.meanSquaredError(over: samples))
    for epoch in 1...options.epochs {
      for sample in samples { adaline.learn(sample, rate: options.learningRate) }
      let loss = try note(adaline, on: samples, epoch: epoch, journal: &journal)
      if let message = watch.notice(loss: loss, epoch: epoch) {
        journal.alert(.warning, "divergence", message, epoch: epoch)
      }
    }
  }

  @discardableResult
  private func note(
    _ adaline: Adaline, on samples: [Sample], epoch: Int, journal: inout RunJournal
  ) throws -> Double {
    let step = epoch * samples.count
    let loss = adaline.meanSquaredError(over: samples)
    let errors = samples.count { adaline.output($0.inputs) != $0.target }
    try journal.note(
      [
        MetricName.trainingLoss: loss, MetricName.truthTableErrors: Double(errors),
        MetricName.trainingAccuracy: 1 - Double(errors) / Double(samples.count),
      ], epoch: epoch, step: step)
    journal.note(weights: adaline.weights, epoch: epoch, step: step)
    if epoch == options.epochs || epoch == 0 {
      journal.note(
        tensors: [
          "adaline.weight": Matrix(rows: [Array(adaline.weights.dropFirst())]),
          "adaline.bias": Matrix(rows: [[adaline.weights[0]]]),
        ], epoch: epoch, step: step)
    }
    return loss
  }

  /// Says which rows are wrong, and whether it could be otherwise.
  private func judge(_ table: TruthTable, journal: inout RunJournal) {
    guard !table.wrongRows.isEmpty else { return }
    let gate = options.gate.rawValue
    journal.alert(
      .warning, "wrong_rows",
      "\(gate) is wrong in \(table.wrongRows.count) of \(table.rows.count) rows:"
        + " \(table.wrongRowNames).")
    if !options.gate.isLinearlySeparable {
      journal.alert(
        .info, "not_separable",
        "\(gate) cannot be done by one Adaline: no straight line has its +1 on one side and its -1"
          + " on the other. A Madaline can: tracker run madaline --gate \(gate)")
    }
  }
}
