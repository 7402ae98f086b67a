import Datasets
import Recording
import RunStore

/// The LMS rule on rows (1, x1, x2, d), at several learning rates, beside the least-squares solution.
public struct LMSRecipe: Sendable {
  /// The choices.
  public let options: LMSOptions

  /// Takes the choices.
  public init(_ options: LMSOptions) {
    self.options = options
  }

  /// Learns with each rate as a run of its own; the runs share a group if there are several.
  ///
  /// A rate that is too large is no error: the loss grows to infinity, and an alert says so.
  /// - Throws: `InvalidOption` for choices that make no sense.
  public func run(in context: RunContext) throws -> LMSComparison {
    try options.validate()
    let table = try options.data.map {
      try CSVTable(contentsOf: $0, columnCount: LMSData.weights.count + 1)
    }
    let samples = table.map(LMSData.samples) ?? LMSData.generated(seed: options.seed)
    guard let wiener = leastSquares(samples) else {
      throw RecipeError.undeterminedWeights(data: options.data ?? "The data", rows: samples.count)
    }
    table?.remarks.forEach(context.tell)
    var group: String?
    let outcomes = try options.learningRates.map { rate in
      var draft = context.draft(
        recipe: "lms", seed: options.seed, parameters: options.parameters(learningRate: rate),
        group: group)
      draft.note(
        data: Matrix(rows: samples.map { $0.inputs + [$0.target] }), as: "samples",
        from: options.data)
      if let table { draft.note(table, as: "file") }
      draft.layers = [
        .fullyConnected("neuron", 0, from: LMSData.weights.count, to: 1, biases: false)
      ]
      if options.learningRates.count > 1, group == nil {
        group = draft.groupName
        draft.group = group
      }
      return try run(draft, rate: rate, on: samples, wiener: wiener, in: context)
    }
    return LMSComparison(
      wienerWeights: wiener.weights, wienerLoss: wiener.meanSquaredError(over: samples),
      outcomes: outcomes)
  }

  private func run(
    _ draft: RunDraft, rate: Double, on samples: [Sample], wiener: LinearNeuron,
    in context: RunContext
  ) throws -> LMSOutcome {
    var neuron = LinearNeuron(weights: wiener.weights.map { _ in 0 })
    let outcome = try context.record(draft) { journal in
      try journal.note(
        [MetricName.wienerLoss: wiener.meanSquaredError(over: samples)], epoch: 0, step: 0)
      journal.note(weights: wiener.weights, prefix: "wiener", epoch: 0, step: 0)
      journal.keep(
        Matrix(rows: samples.map { $0.inputs + [$0.target] }), as: "data.csv",
        header: ["x0", "x1", "x2", "d"])
      try train(&neuron, rate: rate, on: samples, journal: &journal)
      journal.note(
        predictions: samples.enumerated().map { row, sample in
          let sum = neuron.sum(sample.inputs)
          return PredictionRecord(
            row: row, inputs: sample.inputs, target: sample.target, sum: sum, output: sum)
        })
      journal.note(
        tensors: ["neuron.weight": Matrix(rows: [neuron.weights])],
        epoch: options.epochs, step: options.epochs * samples.count)
      return .finished
    }
    return LMSOutcome(
      outcome: outcome, learningRate: rate, weights: neuron.weights,
      loss: neuron.meanSquaredError(over: samples))
  }

  private func train(
    _ neuron: inout LinearNeuron, rate: Double, on samples: [Sample], journal: inout RunJournal
  ) throws {
    var watch = DivergenceWatch(initialLoss: neuron.meanSquaredError(over: samples))
    for epoch in 1...options.epochs {
      for sample in samples { neuron.learn(sample, rate: rate) }
      let loss = neuron.meanSquaredError(over: samples)
      let step = epoch * samples.count
      try journal.note([MetricName.trainingLoss: loss], epoch: epoch, step: step)
      journal.note(weights: neuron.weights, epoch: epoch, step: step)
      if let message = watch.notice(loss: loss, epoch: epoch) {
        journal.alert(.warning, "divergence", message, epoch: epoch, step: step)
      }
    }
  }
}
