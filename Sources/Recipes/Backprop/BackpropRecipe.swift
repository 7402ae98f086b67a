import Datasets
import Randomness
import Recording
import RunStore
import Training

/// Back-propagation through two layers of logistic neurons, on XOR or on data from a file.
public struct BackpropRecipe: Recipe {
  /// A CSV file with a row for each sample: inputs, then targets from 0 to 1; nil for XOR.
  public var data: String?
  /// The number of target columns in the file, the last ones.
  public var outputs = 1
  /// The number of neurons in the first layer.
  public var hidden = 3
  /// The length of a step.
  public var learningRate = 2.0
  /// The number of steps, each by the gradient of all samples.
  public var epochs = 2_000
  /// Seeds the initial weights.
  public var seed: UInt64 = 1
  /// Whether to check the gradient only, and not to train.
  public var checksOnly = false

  public init() {}

  public static let name = "backprop"
  public static let summary =
    "Back-propagation through two layers of logistic neurons, written out."
  public static let mathematics = """
    x2 = σ(W1·x1 + b1), x3 = σ(W2·x2 + b2), σ = 1/(1 + e⁻ˢ), L = mean ½‖t - x3‖²;
    dL/dW1 = mean [W2ᵀ((x3 - t) ⊙ x3 ⊙ (1 - x3)) ⊙ x2 ⊙ (1 - x2)]·x1ᵀ over the rows.
    """

  public static let options: [RecipeOption<Self>] = [
    .file(
      "data", \.data, "Rows of inputs and then targets from 0 to 1, as CSV; without it XOR.",
      standIn: "xor"),
    .option(
      "outputs", \.outputs, rule: .within(1...1_000), "Target columns in the file, the last ones."),
    .option("hidden", \.hidden, rule: .within(1...1_000), "Neurons in the first layer."),
    .option("lr", \.learningRate, rule: .learningRate, "Learning rate."),
    .option("epochs", \.epochs, "Steps, each by the gradient of all rows."),
    .option("seed", \.seed, rule: .seed, "Seed of the initial weights."),
    .flag(
      "check", \.checksOnly,
      "Do not train: print the gradient at the initial weights beside finite differences and the"
        + " form that leaves out x3 ⊙ (1 - x3)."),
  ]

  public mutating func complete() {
    if checksOnly { epochs = 0 }
  }

  public func validate() throws(InvalidOption) {
    try require(data != nil || outputs == 1, "outputs", "is for --data; XOR has one")
    let rule = OptionRule<Int>.epochs
    try require(checksOnly || rule.holds(epochs), "epochs", rule.words)
  }

  /// Checks the gradient, and trains unless told not to.
  public func perform(
    in context: RunContext, progress: some TrainingObserver
  ) throws -> BackpropResult {
    let table = try data.map { try CSVTable(contentsOf: $0) }
    let samples =
      try table.map { try BackpropData($0, outputs: outputs, path: data ?? "") } ?? .xor
    table?.remarks.forEach(context.tell)
    var generator = SeededGenerator(seed: seed)
    var network = TwoLayerNetwork(
      inputs: samples.inputs.columnCount, hidden: hidden, outputs: samples.targets.columnCount,
      using: &generator)
    let check = GradientCheck(network, on: samples)
    var draft = context.draft(of: self, seed: seed)
    draft.log(data: samples.inputs, as: "inputs", from: data)
    draft.log(data: samples.targets, as: "targets", from: data)
    if let table { draft.log(table, as: "file") }
    draft.layers = [
      .fullyConnected("layer1", 0, from: samples.inputs.columnCount, to: hidden),
      .fullyConnected("layer2", 1, from: hidden, to: samples.targets.columnCount),
    ]
    let outcome = try context.record(draft) { journal in
      try log(check, journal: &journal)
      logTensors(of: network, epoch: 0, journal: &journal)
      if !checksOnly {
        try train(&network, on: samples, journal: &journal)
        logTensors(of: network, epoch: epochs, journal: &journal)
      }
      let answers = predictions(of: network, on: samples)
      journal.log(predictions: answers)
      if !checksOnly { judge(answers, journal: &journal) }
      return .finished
    }
    return BackpropResult(
      outcome: outcome, check: check, checksOnly: checksOnly, isTruthTable: data == nil)
  }

  private func train(
    _ network: inout TwoLayerNetwork, on data: BackpropData, journal: inout RunJournal
  ) throws {
    var watch = DivergenceWatch(initialLoss: network.loss(data.inputs, target: data.targets))
    for epoch in 1...epochs {
      network.descend(network.gradient(data.inputs, target: data.targets), rate: learningRate)
      let loss = network.loss(data.inputs, target: data.targets)
      let wrong = predictions(of: network, on: data).count { !$0.isNear }
      try journal.log(
        [MetricName.trainingLoss: loss, MetricName.truthTableErrors: Double(wrong)],
        epoch: epoch, step: epoch)
      if let message = watch.notice(loss: loss, epoch: epoch) {
        journal.alert(.warning, "divergence", message, epoch: epoch)
      }
    }
  }

  private func log(_ check: GradientCheck, journal: inout RunJournal) throws {
    try journal.log(
      [
        MetricName.gradientCheck: check.relativeError,
        MetricName.reportGradientCheck: check.reportRelativeError,
      ], epoch: 0, step: 0)
    for part in check.parts {
      try journal.log(
        [MetricName.gradientCheck(of: part.name): part.relativeError], epoch: 0, step: 0)
    }
    if !check.passes {
      journal.alert(
        .error, "gradient_check",
        "The gradient differs from finite differences by \(check.relativeError) of itself.",
        epoch: 0)
    }
  }

  /// Says how many answers are nearer to the wrong end of 0 to 1 than to their target.
  private func judge(_ answers: [PredictionRecord], journal: inout RunJournal) {
    let wrong = answers.filter { !$0.isNear }
    guard !wrong.isEmpty else { return }
    let names = wrong.prefix(8).map { row in
      "(" + row.inputs.map(\.short).joined(separator: ", ") + ")"
    }
    journal.alert(
      .warning, "wrong_rows",
      "\(data == nil ? "XOR" : "The network") is wrong in \(wrong.count) of \(answers.count)"
        + " answers, by 0.5 or more: \(names.joined(separator: ", "))"
        + "\(wrong.count > names.count ? " and others" : "").")
  }

  /// A row for each output of each sample.
  private func predictions(
    of network: TwoLayerNetwork, on data: BackpropData
  ) -> [PredictionRecord] {
    let (_, sums, answers) = network.forward(data.inputs)
    return answers.values.indices.map { index in
      PredictionRecord(
        row: index, inputs: Array(data.inputs[row: index / answers.columnCount]),
        target: data.targets.values[index], sum: sums.values[index],
        output: answers.values[index])
    }
  }

  private func logTensors(
    of network: TwoLayerNetwork, epoch: Int, journal: inout RunJournal
  ) {
    journal.log(
      tensors: [
        TensorRecord("layer1.weight", weight: network.w1),
        TensorRecord("layer1.bias", bias: network.b1.values),
        TensorRecord("layer2.weight", weight: network.w2),
        TensorRecord("layer2.bias", bias: network.b2.values),
      ], epoch: epoch, step: epoch)
  }
}

/// The gradient beside finite differences, and what the network has learned.
public struct BackpropResult: RecipeResult, Equatable {
  /// The run.
  public let outcome: RunOutcome
  /// The gradient at the initial weights.
  public let check: GradientCheck
  /// Whether nothing was trained.
  let checksOnly: Bool
  /// Whether the data are the four rows of XOR.
  let isTruthTable: Bool

  public var runs: [RunOutcome] { [outcome] }

  public var tables: [ResultTable] {
    if !checksOnly { return isTruthTable ? [.predictions(outcome.predictions)] : [] }
    return [
      .rows(
        columns: ["parameter", "gradient", "finite_difference", "report"],
        check.entries.map { entry in
          [
            .text(entry.name), .real(entry.computed), .real(entry.difference), .init(entry.report),
          ]
        })
    ]
  }

  public var remarks: [String] {
    var remarks = [
      "The gradient differs from finite differences by \(check.relativeError.rough) of itself"
        + " (at most \(GradientCheck.tolerance.rough) is right); the report's dL/dW1, without"
        + " x3 ⊙ (1 - x3), by \(check.reportRelativeError.rough)."
    ]
    if let loss = outcome.metric(MetricName.trainingLoss) {
      remarks.append(
        "Loss \((loss.firstValue ?? .nan).short) after the first epoch,"
          + " \((loss.lastValue ?? .nan).short) after the last.")
    }
    if isTruthTable, !checksOnly, outcome.predictions.allSatisfy(\.isNear) {
      remarks.append("All \(outcome.predictions.count) rows are right.")
    }
    return remarks
  }
}

extension PredictionRecord {
  /// Whether the output is nearer to its target than to the other answer.
  fileprivate var isNear: Bool {
    guard let output, let target else { return false }
    return abs(output - target) < 0.5
  }
}

/// Samples for a network of logistic neurons.
struct BackpropData: Sendable, Equatable {
  /// Shape `[samples, inputs]`.
  let inputs: Matrix
  /// Shape `[samples, outputs]`, from 0 to 1 as the neurons' outputs are.
  let targets: Matrix

  /// Exclusive or.
  static let xor = BackpropData(
    inputs: Matrix(rows: [[0, 0], [0, 1], [1, 0], [1, 1]]),
    targets: Matrix(rows: [[0], [1], [1], [0]]))

  /// At most `count` samples, the first ones.
  func prefix(_ count: Int) -> BackpropData {
    BackpropData(
      inputs: Matrix(rows: Array(inputs.rows.prefix(count))),
      targets: Matrix(rows: Array(targets.rows.prefix(count))))
  }
}

extension BackpropData {
  /// Takes rows of inputs followed by `outputs` targets; errors call the file `path`.
  /// - Throws: `RecipeError`.
  init(_ table: CSVTable, outputs: Int, path: String) throws {
    let inputCount = table.columnCount - outputs
    guard inputCount >= 1 else {
      throw RecipeError.tooFewColumns(
        file: path, found: table.columnCount, needed: outputs + 1)
    }
    for (index, row) in table.rows.enumerated() {
      for column in inputCount..<row.count where !(0...1).contains(row[column]) {
        throw RecipeError.targetOutOfRange(
          file: path, line: index + table.firstLine, column: column + 1,
          value: row[column])
      }
    }
    inputs = Matrix(rows: table.rows.map { Array($0.prefix(inputCount)) })
    targets = Matrix(rows: table.rows.map { Array($0.dropFirst(inputCount)) })
  }
}
