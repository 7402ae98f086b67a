import Datasets
import Randomness
import Recording
import RunStore

/// Back-propagation through two layers of logistic neurons, on XOR or on data from a file.
public struct BackpropRecipe: Sendable {
  /// The choices.
  public let options: BackpropOptions

  /// Takes the choices.
  public init(_ options: BackpropOptions) {
    self.options = options
  }

  /// Checks the gradient, trains unless told not to, and logs everything.
  /// - Throws: `InvalidOption` for choices that make no sense.
  public func run(in context: RunContext) throws -> (outcome: RunOutcome, check: GradientCheck) {
    try options.validate()
    let table = try options.data.map { try CSVTable(contentsOf: $0) }
    let data =
      try table.map {
        try BackpropData($0, outputs: options.outputs, path: options.data ?? "")
      } ?? .xor
    table?.remarks.forEach(context.tell)
    var generator = SeededGenerator(seed: options.seed)
    var network = TwoLayerNetwork(
      inputs: data.inputs.columnCount, hidden: options.hidden, outputs: data.targets.columnCount,
      using: &generator)
    let check = GradientCheck(network, on: data)
    var draft = context.draft(
      recipe: "backprop", seed: options.seed, parameters: options.parameters)
    draft.note(data: data.inputs, as: "inputs", from: options.data)
    draft.note(data: data.targets, as: "targets", from: options.data)
    if let table { draft.note(table, as: "file") }
    draft.layers = [
      .fullyConnected("layer1", 0, from: data.inputs.columnCount, to: options.hidden),
      .fullyConnected("layer2", 1, from: options.hidden, to: data.targets.columnCount),
    ]
    let outcome = try context.record(draft) { journal in
      try note(check, journal: &journal)
      noteTensors(of: network, epoch: 0, journal: &journal)
      if !options.checksOnly {
        try train(&network, on: data, journal: &journal)
        noteTensors(of: network, epoch: options.epochs, journal: &journal)
      }
      journal.note(predictions: predictions(of: network, on: data))
      return .finished
    }
    return (outcome, check)
  }

  private func train(
    _ network: inout TwoLayerNetwork, on data: BackpropData, journal: inout RunJournal
  ) throws {
    var watch = DivergenceWatch(initialLoss: network.loss(data.inputs, target: data.targets))
    for epoch in 1...options.epochs {
      network.descend(
        network.gradient(data.inputs, target: data.targets), rate: options.learningRate)
      let loss = network.loss(data.inputs, target: data.targets)
      let wrong = predictions(of: network, on: data).count { !$0.isNear }
      try journal.note(
        [MetricName.trainingLoss: loss, MetricName.truthTableErrors: Double(wrong)],
        epoch: epoch, step: epoch)
      if let message = watch.notice(loss: loss, epoch: epoch) {
        journal.alert(.warning, "divergence", message, epoch: epoch)
      }
    }
  }

  private func note(_ check: GradientCheck, journal: inout RunJournal) throws {
    try journal.note(
      [
        MetricName.gradientCheck: check.relativeError,
        MetricName.reportGradientCheck: check.reportRelativeError,
      ], epoch: 0, step: 0)
    if !check.passes {
      journal.alert(
        .error, "gradient_check",
        "The gradient differs from finite differences by \(check.relativeError) of itself.",
        epoch: 0)
    }
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

  private func noteTensors(
    of network: TwoLayerNetwork, epoch: Int, journal: inout RunJournal
  ) {
    journal.note(
      tensors: [
        "layer1.weight": network.w1, "layer1.bias": network.b1,
        "layer2.weight": network.w2, "layer2.bias": network.b2,
      ], epoch: epoch, step: epoch)
  }
}

extension PredictionRecord {
  /// Whether the output is nearer to its target than to the other answer.
  fileprivate var isNear: Bool {
    guard let output, let target else { return false }
    return abs(output - target) < 0.5
  }
}
