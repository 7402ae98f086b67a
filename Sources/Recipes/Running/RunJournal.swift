import Foundation
import Recording
import RunStore

/// Collects what a run has to say and stores it in transactions of many epochs.
///
/// For recipes whose epochs take microseconds: a transaction for each would take far longer.
struct RunJournal {
  /// The id of the run.
  let run: Int
  /// The file.
  let database: RunDatabase
  /// The token by which this process owns the run.
  let owner: String?
  /// Whether to stop after the batch or epoch at hand.
  let shouldStop: @Sendable () -> Bool
  private let lastStep: Int?
  private let now: @Sendable () -> Date
  private var batch: RunBatch

  /// - Parameter lastStep: The last step that is wanted; nil for all.
  init(
    run: Int, database: RunDatabase, owner: String?, lastStep: Int? = nil,
    shouldStop: @escaping @Sendable () -> Bool, now: @escaping @Sendable () -> Date
  ) {
    self.run = run
    self.database = database
    self.owner = owner
    self.lastStep = lastStep
    self.shouldStop = shouldStop
    self.now = now
    batch = RunBatch(time: now())
  }

  /// Logs numbers measured after an epoch.
  /// - Parameter step: The samples used so far, or whatever the recipe counts.
  /// - Throws: `RunInterruption` if a person has asked to stop, or more is not wanted: the epoch is
  ///   logged, and the last one.
  mutating func log(
    _ values: KeyValuePairs<String, Double>, epoch: Int, step: Int
  ) throws {
    batch.metrics += values.map {
      MetricPoint(name: $0.key, step: step, epoch: epoch, value: $0.value)
    }
    if batch.metrics.count >= 10_000 { try store() }
    if shouldStop() || step > lastStep ?? .max { throw RunInterruption() }
  }

  /// Logs the weights of a neuron after an epoch, as `weight/w0`, `weight/w1` and so on.
  mutating func log(weights: [Double], prefix: String = "weight", epoch: Int, step: Int) {
    batch.metrics += weights.enumerated().map { index, weight in
      MetricPoint(name: "\(prefix)/w\(index)", step: step, epoch: epoch, value: weight)
    }
  }

  /// Logs something that a person should look at.
  mutating func alert(
    _ level: AlertRecord.Level, _ kind: String, _ message: String, epoch: Int? = nil,
    step: Int? = nil
  ) {
    batch.alerts.append(
      AlertRecord(
        time: now(), epoch: epoch, step: step, level: level, kind: kind, message: message))
  }

  /// Logs the whole truth table.
  mutating func log(predictions: [PredictionRecord]) {
    batch.predictions = predictions
  }

  /// Logs the weights and biases of a moment.
  mutating func log(tensors: [TensorRecord], epoch: Int, step: Int) {
    batch.snapshots.append(SnapshotRecord(epoch: epoch, step: step, tensors: tensors))
  }

  /// Keeps a matrix as a CSV file, its numbers so that they read back the same.
  mutating func keep(
    _ matrix: Matrix, as name: String, header: [String]? = nil
  ) {
    let lines =
      (header.map { [$0] } ?? [])
      + (0..<matrix.rowCount).map { row in matrix[row: row].map(\.description) }
    let text = lines.map { $0.joined(separator: ",") + "\n" }.joined()
    batch.artifacts.append(
      ArtifactRecord(name: name, mediaType: "text/csv", data: Data(text.utf8)))
  }

  /// Stores what has been logged since the last time.
  mutating func store() throws {
    batch.time = now()
    try database.record(batch, run: run, owner: owner)
    batch = RunBatch(time: batch.time)
  }
}

extension TensorRecord {
  /// The weights of a layer, shape `[outputs, inputs]`, rounded to float32 as all snapshots are.
  init(_ name: String, weight: Matrix) {
    self.init(
      name: name, shape: [weight.rowCount, weight.columnCount],
      values: weight.values.map { Float($0) })
  }

  /// The biases of a layer, shape `[outputs]`, rounded to float32.
  init(_ name: String, bias: [Double]) {
    self.init(name: name, shape: [bias.count], values: bias.map { Float($0) })
  }
}

extension MetricName {
  /// Rows of the truth table that are wrong.
  static let truthTableErrors = "train/errors"
  /// Relative error of the computed gradient against finite differences.
  static let gradientCheck = "gradient_check/relative_error"
  /// The same of one derivative, such as `dL/dW1` or `dx'/dy`.
  static func gradientCheck(of derivative: String) -> String {
    "gradient_check/\(derivative.replacing("/", with: "_").replacing("'", with: ""))"
  }
  /// The same of the form of dL/dW1 that the report prints.
  static let reportGradientCheck = "gradient_check/report_relative_error"
  /// Mean squared error of the least-squares solution.
  static let wienerLoss = "wiener/loss"
}

extension LayerRecord {
  /// A layer of neurons that all see all inputs.
  static func fullyConnected(
    _ name: String, _ position: Int, from inputs: Int, to outputs: Int, biases: Bool = true
  ) -> LayerRecord {
    LayerRecord(
      position: position, name: name, kind: "fully_connected", inputShape: [1, inputs],
      outputShape: [1, outputs], weightShape: [outputs, inputs], weightCount: inputs * outputs,
      biasCount: biases ? outputs : 0, macs: inputs * outputs)
  }
}
