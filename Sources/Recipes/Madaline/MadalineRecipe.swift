import Randomness
import Recording
import RunStore
import Training

/// Two hidden Adalines and one output as a logic gate: with given weights, or with weights learned by
/// Madaline Rule II, from one initialisation or several.
public struct MadalineRecipe: Recipe {
  /// The number of hidden Adalines.
  static let hiddenCount = 2

  /// The gate it should be.
  public var gate = Gate.xor
  /// The weights of each hidden Adaline to evaluate, `w0` first; nil to learn them.
  public var hidden: [[Double]]?
  /// The weights of the second layer to evaluate, `w0` first; nil to learn them.
  public var output: [Double]?
  /// The part of an Adaline's error that a step takes away.
  public var learningRate = 0.5
  /// How often to learn each row, at most; learning ends when all rows are right.
  public var epochs = 200
  /// Seeds the initial weights and the order of the rows.
  public var seed: UInt64 = 1
  /// The number of runs, each from the seed after that of the one before.
  public var seeds = 1

  public init() {}

  public static let name = "madaline"
  public static let summary = "Two hidden Adalines and one output, for what one Adaline cannot do."
  public static let mathematics = """
    h1, h2 = sgn(w0 + Σ wi·xi), each its own w; y = sgn(v0 + v1·h1 + v2·h2);
    Madaline Rule II: turn over the hidden neuron nearest to 0 that mends y.
    """

  public static let options: [RecipeOption<Self>] = [
    .option("gate", \.gate, "The gate."),
    .lists(
      "hidden", \.hidden,
      "Evaluate these weights of the hidden Adalines, w0 first, instead of learning: both in one"
        + " list, or the option twice. Without it, and with --output: -1,1,-1 and -1,-1,1.",
      valueName: "w0,w1,…"),
    .option(
      "output", \.output,
      "Evaluate these weights of the output, w0 first. Without it, and with --hidden: 1,1,1.",
      valueName: "v0,v1,v2"),
    .option(
      "lr", \.learningRate, rule: .learningRate, "Part of a neuron's error that a step takes away."),
    .option("epochs", \.epochs, rule: .epochs, "How often to learn each row, at most."),
    .option(
      "seed", \.seed, rule: .seed, "Seed of the initial weights and of the order of the rows."),
    .option(
      "seeds", \.seeds, rule: .within(1...10_000),
      "Train from so many seeds, counted from --seed; a run each.", isParameter: false),
  ]

  /// The report's weights stand in for those that are not given: `x1 and not x2`, `x2 and not x1`, and `or`
  /// over both.
  public mutating func complete() {
    if let lists = hidden {
      let numbers = lists.flatMap { $0 }
      let perNeuron = gate.inputCount + 1
      hidden = stride(from: 0, to: numbers.count, by: perNeuron).map {
        Array(numbers[$0..<min($0 + perNeuron, numbers.count)])
      }
      output = output ?? [1, 1, 1]
    } else if output != nil, gate.inputCount == 2 {
      hidden = [[-1, 1, -1], [-1, -1, 1]]
    }
  }

  public func validate() throws(InvalidOption) {
    let perNeuron = gate.inputCount + 1
    try require(
      output == nil || hidden != nil, "output",
      "without --hidden is for gates with two inputs")
    if let hidden, let output {
      try require(
        hidden.count == Self.hiddenCount
          && hidden.allSatisfy { $0.count == perNeuron && $0.allSatisfy(\.isFinite) },
        "hidden",
        "must be \(Self.hiddenCount * perNeuron) numbers for \(gate.rawValue): \(perNeuron) for each"
          + " of the two Adalines")
      try require(
        output.count == Self.hiddenCount + 1 && output.allSatisfy(\.isFinite), "output",
        "must be 3 numbers: v0 and one for each hidden Adaline")
      try require(seeds == 1, "seeds", "is for learning, not for given weights")
    }
    let (last, overflow) = seed.addingReportingOverflow(UInt64(seeds - 1))
    try require(!overflow && last <= Int64.max, "seed", OptionRule.seed.words)
  }

  /// Runs once for each seed; the runs share a group if there are several.
  public func perform(
    in context: RunContext, progress: some TrainingObserver
  ) throws -> MadalineResult {
    var group: String?
    let outcomes = try (0..<seeds).map { offset in
      var recipe = self
      recipe.seed += UInt64(offset)
      var draft = context.draft(of: recipe, seed: recipe.seed, group: group)
      draft.layers = [
        .fullyConnected("hidden", 0, from: gate.inputCount, to: Self.hiddenCount),
        .fullyConnected("output", 1, from: Self.hiddenCount, to: 1),
      ]
      if seeds > 1, group == nil {
        group = draft.groupName
        draft.group = group
      }
      return try recipe.record(draft, in: context)
    }
    return MadalineResult(gate: gate, outcomes: outcomes)
  }

  private func record(
    _ draft: RunDraft, in context: RunContext
  ) throws -> MadalineResult.Outcome {
    let samples = gate.truthTable
    var generator = SeededGenerator(seed: seed)
    var madaline = initialMadaline(using: &generator)
    let outcome = try context.record(draft) { journal in
      var epoch = 0
      try log(madaline, on: samples, epoch: epoch, journal: &journal)
      if hidden == nil {
        while epoch < epochs, errors(of: madaline, on: samples) > 0 {
          epoch += 1
          for row in generator.nextPermutation(of: samples.count) {
            madaline.learn(samples[row], rate: learningRate)
          }
          try log(madaline, on: samples, epoch: epoch, journal: &journal)
        }
      }
      let table = TruthTable(samples, sum: madaline.sum, output: madaline.output)
      journal.log(predictions: table.rows)
      logTensors(of: madaline, epoch: epoch, step: epoch * samples.count, journal: &journal)
      if !table.wrongRows.isEmpty {
        journal.alert(
          .warning, "wrong_rows",
          "\(gate.rawValue) is wrong in \(table.wrongRows.count) of \(table.rows.count)"
            + " rows: \(table.wrongRowNames).")
      }
      return .finished
    }
    return MadalineResult.Outcome(
      run: outcome, seed: seed, hidden: madaline.hidden.map(\.weights),
      output: madaline.output.weights)
  }

  private func initialMadaline(using generator: inout SeededGenerator) -> Madaline {
    if let hidden, let output {
      return Madaline(hidden: hidden.map(Adaline.init), output: Adaline(weights: output))
    }
    func adaline(inputs: Int) -> Adaline {
      Adaline(weights: (0...inputs).map { _ in generator.nextUniform(from: -1, to: 1) })
    }
    let hidden = (0..<Self.hiddenCount).map { _ in adaline(inputs: gate.inputCount) }
    return Madaline(hidden: hidden, output: adaline(inputs: Self.hiddenCount))
  }

  private func errors(of madaline: Madaline, on samples: [Sample]) -> Int {
    samples.count { madaline.output($0.inputs) != $0.target }
  }

  private func log(
    _ madaline: Madaline, on samples: [Sample], epoch: Int, journal: inout RunJournal
  ) throws {
    let errors = Double(errors(of: madaline, on: samples))
    let fraction = errors / Double(samples.count)
    let step = epoch * samples.count
    try journal.log(
      [
        // The rule has no loss but this: the fraction of wrong rows.
        MetricName.trainingLoss: fraction, MetricName.truthTableErrors: errors,
        MetricName.trainingAccuracy: 1 - fraction,
      ], epoch: epoch, step: step)
    for (index, adaline) in madaline.hidden.enumerated() {
      journal.log(
        weights: adaline.weights, prefix: "weight/hidden\(index + 1)", epoch: epoch, step: step)
    }
    journal.log(weights: madaline.output.weights, prefix: "weight/output", epoch: epoch, step: step)
  }

  private func logTensors(
    of madaline: Madaline, epoch: Int, step: Int, journal: inout RunJournal
  ) {
    journal.log(
      tensors: [
        TensorRecord(
          "hidden.weight",
          weight: Matrix(rows: madaline.hidden.map { Array($0.weights.dropFirst()) })),
        TensorRecord("hidden.bias", bias: madaline.hidden.map { $0.weights[0] }),
        TensorRecord(
          "output.weight", weight: Matrix(rows: [Array(madaline.output.weights.dropFirst())])),
        TensorRecord("output.bias", bias: [madaline.output.weights[0]]),
      ], epoch: epoch, step: step)
  }
}

/// The weights that each seed leads to.
public struct MadalineResult: RecipeResult, Equatable {
  /// How one Madaline ended.
  public struct Outcome: Sendable, Equatable {
    /// The run.
    public let run: RunOutcome
    /// What it was drawn from.
    public let seed: UInt64
    /// The weights of each hidden Adaline, `w0` first.
    public let hidden: [[Double]]
    /// The weights of the second layer, `w0` first.
    public let output: [Double]

    /// Whether all rows of the truth table are right.
    public var isRight: Bool { run.predictions.allSatisfy { $0.output == $0.target } }

    /// The number of epochs that it took.
    public var epochs: Int { run.metric(MetricName.trainingLoss)?.lastEpoch ?? 0 }
  }

  /// The gate.
  public let gate: Gate
  /// By seed.
  public let outcomes: [Outcome]

  public var runs: [RunOutcome] { outcomes.map(\.run) }

  private var only: Outcome? { outcomes.count == 1 ? outcomes.first : nil }

  public var tables: [ResultTable] {
    func words(_ weights: [Double]) -> String { weights.map(\.short).joined(separator: ", ") }
    let weights = ResultTable.rows(
      columns: ["run", "seed", "epochs", "right", "hidden1", "hidden2", "output"],
      outcomes.map { outcome in
        [
          .integer(Int64(outcome.run.run)), outcome.seed.stored, .integer(Int64(outcome.epochs)),
          .text(outcome.isRight ? "yes" : "no"),
        ] + (outcome.hidden + [outcome.output]).map { .text(words($0)) }
      })
    return (only.map { [.predictions($0.run.predictions)] } ?? []) + [weights]
  }

  public var remarks: [String] {
    if let only { return only.run.truthTableRemarks }
    let learned = outcomes.filter(\.isRight)
    let different = Set(learned.map { $0.hidden + [$0.output] }).count
    return [
      "Learned \(gate.rawValue) from \(learned.count) of \(outcomes.count) initialisations, "
        + "with \(different) different sets of weights."
    ]
  }

  /// The table of several says for each whether it is right.
  public var tablesShowAlerts: Bool { only == nil }
}
