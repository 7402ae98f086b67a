import Datasets
import Foundation
import Randomness
import Recording
import RunStore
import Training

/// The LMS rule on rows (1, x1, x2, d), at several learning rates, beside the least-squares solution.
public struct LMSRecipe: Recipe {
  /// A CSV file with rows of 1, x1, x2, d; nil to generate them.
  public var data: String?
  /// The lengths of a step, a run each.
  public var learningRates: LearningRates = [0.005, 0.01, 0.05, 0.5, 1]
  /// The weights to start from, `w0` first, a run each for every rate; nil for one start from 0.
  public var starts: [[Double]]?
  /// How often to learn each row.
  public var epochs = 20
  /// Seeds the generated data.
  public var seed: UInt64 = 1

  public init() {}

  public static let name = "lms"
  public static let summary = "The LMS rule at several learning rates, beside least squares."
  public static let mathematics = """
    s = w0·1 + w1·x1 + w2·x2, w ← w + lr · (d - s) · x, row by row, from w = 0;
    tends to the least-squares (Wiener) weights, or to infinity if lr is too large.
    """

  public static let options: [RecipeOption<Self>] = [
    .file(
      "data", \.data, "Rows of 1, x1, x2, d as CSV; without it 100 generated ones.",
      standIn: "generated"),
    .option(
      "lr", \.learningRates, rule: .learningRates, "Learning rates, a run each.",
      valueName: "rate,rate,…"),
    .lists(
      "start", \.starts,
      "Start from these weights, w0 first; the option several times starts several runs of each rate.",
      valueName: "w0,w1,w2"),
    .option("epochs", \.epochs, rule: .epochs, "How often to learn each row."),
    .option("seed", \.seed, rule: .seed, "Seed of the generated data."),
  ]

  public func validate() throws(InvalidOption) {
    let needed = LMSData.weights.count
    try require(
      starts?.allSatisfy { $0.count == needed && $0.allSatisfy(\.isFinite) } ?? true, "start",
      "must be \(needed) numbers")
  }

  /// Learns with each rate, and from each start, as a run of its own; the runs share a group if there are several.
  ///
  /// A rate that is too large is no error: the loss grows to infinity, and an alert says so.
  public func perform(in context: RunContext, progress: some TrainingObserver) throws -> LMSResult {
    let table = try data.map {
      try CSVTable(contentsOf: $0, columnCount: LMSData.weights.count + 1)
    }
    let samples = table.map(LMSData.samples) ?? LMSData.generated(seed: seed)
    guard let wiener = leastSquares(samples) else {
      throw RecipeError.undeterminedWeights(data: data ?? "The data", rows: samples.count)
    }
    table?.remarks.forEach(context.tell)
    var group: String?
    let runs: [(start: [Double]?, rate: Double)] = (starts.map { $0.map(Optional.some) } ?? [nil])
      .flatMap { start in learningRates.values.map { (start, $0) } }
    let outcomes = try runs.map { start, rate in
      var recipe = self
      recipe.learningRates = [rate]
      recipe.starts = start.map { [$0] }
      var draft = context.draft(of: recipe, seed: seed, group: group)
      draft.log(
        data: Matrix(rows: samples.map { $0.inputs + [$0.target] }), as: "samples", from: data)
      if let table { draft.log(table, as: "file") }
      draft.layers = [
        .fullyConnected("neuron", 0, from: LMSData.weights.count, to: 1, biases: false)
      ]
      if runs.count > 1, group == nil {
        group = draft.groupName
        draft.group = group
      }
      return try record(
        draft, from: start ?? wiener.weights.map { _ in 0 }, rate: rate, on: samples,
        wiener: wiener, in: context)
    }
    return LMSResult(
      wienerWeights: wiener.weights, wienerLoss: wiener.meanSquaredError(over: samples),
      outcomes: outcomes)
  }

  private func record(
    _ draft: RunDraft, from start: [Double], rate: Double, on samples: [Sample],
    wiener: LinearNeuron,
    in context: RunContext
  ) throws -> LMSResult.Outcome {
    var neuron = LinearNeuron(weights: start)
    let outcome = try context.record(draft) { journal in
      try journal.log(
        [MetricName.wienerLoss: wiener.meanSquaredError(over: samples)], epoch: 0, step: 0)
      journal.log(weights: wiener.weights, prefix: "wiener", epoch: 0, step: 0)
      journal.keep(
        Matrix(rows: samples.map { $0.inputs + [$0.target] }), as: "data.csv",
        header: ["x0", "x1", "x2", "d"])
      try train(&neuron, rate: rate, on: samples, journal: &journal)
      journal.log(
        predictions: samples.enumerated().map { row, sample in
          let sum = neuron.sum(sample.inputs)
          return PredictionRecord(
            row: row, inputs: sample.inputs, target: sample.target, sum: sum, output: sum)
        })
      journal.log(
        tensors: [TensorRecord("neuron.weight", weight: Matrix(rows: [neuron.weights]))],
        epoch: epochs, step: epochs * samples.count)
      return .finished
    }
    return LMSResult.Outcome(
      run: outcome, learningRate: rate, weights: neuron.weights,
      loss: neuron.meanSquaredError(over: samples))
  }

  private func train(
    _ neuron: inout LinearNeuron, rate: Double, on samples: [Sample], journal: inout RunJournal
  ) throws {
    var watch = DivergenceWatch(initialLoss: neuron.meanSquaredError(over: samples))
    for epoch in 1...epochs {
      for sample in samples { neuron.learn(sample, rate: rate) }
      let loss = neuron.meanSquaredError(over: samples)
      let step = epoch * samples.count
      try journal.log([MetricName.trainingLoss: loss], epoch: epoch, step: step)
      journal.log(weights: neuron.weights, epoch: epoch, step: step)
      if let message = watch.notice(loss: loss, epoch: epoch) {
        journal.alert(.warning, "divergence", message, epoch: epoch, step: step)
      }
    }
  }
}

/// The rates of one command. A run has one of them, and stores it as a number.
public struct LearningRates: OptionValue, ExpressibleByArrayLiteral {
  /// The rates.
  public let values: [Double]

  public init(arrayLiteral values: Double...) { self.values = values }

  public init?(typed text: String) {
    guard let values = [Double](typed: text) else { return nil }
    self.values = values
  }

  public init?(stored: SQLValue) {
    guard let rate = stored.real else { return nil }
    values = [rate]
  }

  public var typed: String { values.typed }
  public var stored: SQLValue { values.count == 1 ? .real(values[0]) : values.stored }
  public static var type: String { Double.type }
}

extension OptionRule<LearningRates> {
  fileprivate static let learningRates = Self(OptionRule<Double>.learningRate.words) {
    $0.values.allSatisfy(OptionRule<Double>.learningRate.holds)
  }
}

/// How the LMS rule compares with what it tends to.
public struct LMSResult: RecipeResult, Equatable {
  /// How the rule ended for one learning rate.
  public struct Outcome: Sendable, Equatable {
    /// The run.
    public let run: RunOutcome
    /// The learning rate.
    public let learningRate: Double
    /// The weights after the last epoch.
    public let weights: [Double]
    /// The mean squared error after the last epoch.
    public let loss: Double
  }

  /// The weights of the least-squares solution.
  public let wienerWeights: [Double]
  /// Its mean squared error.
  public let wienerLoss: Double
  /// One for each learning rate.
  public let outcomes: [Outcome]

  public var runs: [RunOutcome] { outcomes.map(\.run) }

  /// The least-squares solution, and where each rate led.
  public var tables: [ResultTable] {
    func row(_ run: SQLValue, _ rate: SQLValue, _ loss: Double, _ weights: [Double]) -> [SQLValue] {
      [run, rate, .real(loss)] + weights.map { .real($0) }
    }
    return [
      .rows(
        columns: ["run", "lr", "mse"] + wienerWeights.indices.map { "w\($0)" },
        rightAligned: ["lr"],
        [row(.null, "Wiener", wienerLoss, wienerWeights)]
          + outcomes.map {
            row(.integer(Int64($0.run.run)), .real($0.learningRate), $0.loss, $0.weights)
          })
    ]
  }
}

/// Rows (1, x1, x2, d) for the LMS rule.
enum LMSData {
  /// The weights behind generated data.
  static let weights = [-1.0, 1, -2]

  /// Takes the rows of a file of four columns.
  static func samples(_ table: CSVTable) -> [Sample] {
    table.rows.map { row in
      Sample(inputs: Array(row.dropLast()), target: row[weights.count])
    }
  }

  /// Generates `d = -1 + x1 - 2·x2 + noise`, with normally distributed x1 and x2 and noise of standard
  /// deviation 0.01.
  static func generated(count: Int = 100, seed: UInt64) -> [Sample] {
    var generator = SeededGenerator(seed: seed)
    let neuron = LinearNeuron(weights: weights)
    return (0..<count).map { _ in
      let inputs = [1, generator.nextNormal(), generator.nextNormal()]
      return Sample(inputs: inputs, target: neuron.sum(inputs) + 0.01 * generator.nextNormal())
    }
  }
}

extension SeededGenerator {
  /// A number of the standard normal distribution (Box and Muller, 1958).
  fileprivate mutating func nextNormal() -> Double {
    // 1 - u is never 0, so that its logarithm is finite.
    let radius = (-2 * log(1 - nextUnit())).squareRoot()
    return radius * cos(2 * .pi * nextUnit())
  }
}
