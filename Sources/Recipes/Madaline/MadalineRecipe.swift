import Randomness
import Recording
import RunStore

/// Two hidden Adalines and one output as a logic gate: with given weights, or with weights learned by
/// Madaline Rule II, from one initialisation or several.
public struct MadalineRecipe: Sendable {
  /// The choices.
  public let options: MadalineOptions

  /// Takes the choices.
  public init(_ options: MadalineOptions) {
    self.options = options
  }

  /// Runs once for each of `seeds` seeds from the chosen one on; the runs share a group if there are
  /// several.
  /// - Throws: `InvalidOption` for choices that make no sense.
  public func run(in context: RunContext, seeds: Int = 1) throws -> [MadalineOutcome] {
    try options.validate(seeds: seeds)
    var group: String?
    return try (0..<seeds).map { offset in
      var options = options
      options.seed += UInt64(offset)
      var draft = context.draft(
        recipe: "madaline", seed: options.seed, parameters: options.parameters, group: group)
      draft.layers = [
        .fullyConnected(
          "hidden", 0, from: options.gate.inputCount, to: MadalineOptions.hiddenCount),
        .fullyConnected("output", 1, from: MadalineOptions.hiddenCount, to: 1),
      ]
      if seeds > 1, group == nil {
        group = draft.groupName
        draft.group = group
      }
      return try MadalineRecipe(options).run(draft, in: context)
    }
  }

  private func run(_ draft: RunDraft, in context: RunContext) throws -> MadalineOutcome {
    let samples = options.gate.truthTable
    var generator = SeededGenerator(seed: options.seed)
    var madaline = initialMadaline(using: &generator)
    let outcome = try context.record(draft) { journal in
      var epoch = 0
      try note(madaline, on: samples, epoch: epoch, journal: &journal)
      if options.weights == nil {
        while epoch < options.epochs, errors(of: madaline, on: samples) > 0 {
          epoch += 1
          for row in generator.nextPermutation(of: samples.count) {
            madaline.learn(samples[row], rate: options.learningRate)
          }
          try note(madaline, on: samples, epoch: epoch, journal: &journal)
        }
      }
      let table = TruthTable(samples, sum: madaline.sum, output: madaline.output)
      journal.note(predictions: table.rows)
      noteTensors(of: madaline, epoch: epoch, step: epoch * samples.count, journal: &journal)
      if !table.wrongRows.isEmpty {
        journal.alert(
          .warning, "wrong_rows",
          "\(options.gate.rawValue) is wrong in \(table.wrongRows.count) of \(table.rows.count)"
            + " rows: \(table.wrongRowNames).")
      }
      return .finished
    }
    return MadalineOutcome(
      outcome: outcome, seed: options.seed, hidden: madaline.hidden.map(\.weights),
      output: madaline.output.weights)
  }

  private func initialMadaline(using generator: inout SeededGenerator) -> Madaline {
    if let weights = options.weights {
      return Madaline(
        hidden: weights.hidden.map(Adaline.init), output: Adaline(weights: weights.output))
    }
    func adaline(inputs: Int) -> Adaline {
      Adaline(weights: (0...inputs).map { _ in generator.nextUniform(from: -1, to: 1) })
    }
    let hidden = (0..<MadalineOptions.hiddenCount).map { _ in
      adaline(inputs: options.gate.inputCount)
    }
    return Madaline(hidden: hidden, output: adaline(inputs: MadalineOptions.hiddenCount))
  }

  private func errors(of madaline: Madaline, on samples: [Sample]) -> Int {
    samples.count { madaline.output($0.inputs) != $0.target }
  }

  private func note(
    _ madaline: Madaline, on samples: [Sample], epoch: Int, journal: inout RunJournal
  ) throws {
    let errors = Double(errors(of: madaline, on: samples))
    let fraction = errors / Double(samples.count)
    let step = epoch * samples.count
    try journal.note(
      [
        // The rule has no loss but this: the fraction of wrong rows.
        MetricName.trainingLoss: fraction, MetricName.truthTableErrors: errors,
        MetricName.trainingAccuracy: 1 - fraction,
      ], epoch: epoch, step: step)
    for (index, adaline) in madaline.hidden.enumerated() {
      journal.note(
        weights: adaline.weights, prefix: "weight/hidden\(index + 1)", epoch: epoch, step: step)
    }
    journal.note(
      weights: madaline.output.weights, prefix: "weight/output", epoch: epoch, step: step)
  }

  private func noteTensors(
    of madaline: Madaline, epoch: Int, step: Int, journal: inout RunJournal
  ) {
    journal.note(
      tensors: [
        "hidden.weight": Matrix(rows: madaline.hidden.map { Array($0.weights.dropFirst()) }),
        "hidden.bias": Matrix(rows: [madaline.hidden.map { $0.weights[0] }]),
        "output.weight": Matrix(rows: [Array(madaline.output.weights.dropFirst())]),
        "output.bias": Matrix(rows: [[madaline.output.weights[0]]]),
      ], epoch: epoch, step: step)
  }
}
