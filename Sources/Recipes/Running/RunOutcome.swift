import Foundation
import Recording
import RunStore

/// How a run ended, for the person or program that started it.
public struct RunOutcome: Sendable, Equatable {
  /// The id of the run in the file.
  public let run: Int
  /// The name of the run in every file.
  public let uuid: String
  /// How it ended.
  public let status: RunStatus
  /// The summary of each metric, in the order of their names.
  public let metrics: [MetricSummary]
  /// What a person should look at, in the order in which it was noticed.
  public let alerts: [AlertRecord]
  /// The truth table; empty for a run that has none.
  public let predictions: [PredictionRecord]
  /// The names of the files that the run keeps.
  public let artifacts: [String]
  /// From start to end, without the time when nothing ran, in seconds.
  public let seconds: Double
}

extension RunOutcome {
  /// Reads how a run ended.
  init(_ run: Int, in database: RunDatabase) throws {
    let record = try database.run(run)
    self.init(
      run: record.id, uuid: record.uuid, status: record.status,
      metrics: try database.metricSummaries(ofRun: run),
      alerts: try database.alerts(ofRun: run),
      predictions: try database.predictions(ofRun: run),
      artifacts: try database.artifactSummaries(ofRun: run).map(\.name),
      seconds: max(
        0,
        (record.endedAt ?? record.heartbeatAt).timeIntervalSince(
          record.startedAt ?? record.heartbeatAt) - record.idleSeconds))
  }

  /// The summary of one metric.
  public func metric(_ name: String) -> MetricSummary? { metrics.first { $0.name == name } }

  /// That all rows of the truth table are right, where they are; an alert tells otherwise.
  var truthTableRemarks: [String] {
    predictions.allSatisfy { $0.output == $0.target }
      ? ["All \(predictions.count) rows are right."] : []
  }
}

extension RunOutcome {
  /// One JSON object: `run`, `uuid`, `status`, `seconds`, `images_per_second` (the last epoch's), for
  /// each metric with a loss or accuracy its last and best value, as in `final_val_loss` and
  /// `best_val_loss`, the last value of every metric in `metrics`, and the sentences of `alerts`.
  /// A value that is NaN or infinite is a string.
  public var json: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
      return String(decoding: try encoder.encode(Summary(self)), as: UTF8.self)
    }
  }
}

/// What `json` holds. The names of the keys are a promise.
private struct Summary: Encodable {
  let run: Int
  let uuid: String
  let status: String
  let seconds: Double
  let epochs: Int?
  let images_per_second: Double?
  let final_train_loss: Double?
  let best_train_loss: Double?
  let final_val_loss: Double?
  let best_val_loss: Double?
  let final_val_accuracy: Double?
  let best_val_accuracy: Double?
  let metrics: [String: Double]
  let alerts: [String]

  init(_ outcome: RunOutcome) {
    func last(_ name: String) -> Double? {
      outcome.metric(name).map { $0.lastValue ?? .nan }
    }
    run = outcome.run
    uuid = outcome.uuid
    status = outcome.status.rawValue
    seconds = outcome.seconds
    epochs = outcome.metric(MetricName.trainingLoss)?.lastEpoch
    images_per_second = outcome.metric(MetricName.imagesPerSecond)?.lastValue
    final_train_loss = last(MetricName.trainingLoss)
    best_train_loss = outcome.metric(MetricName.trainingLoss)?.minimum
    final_val_loss = last(MetricName.validationLoss)
    best_val_loss = outcome.metric(MetricName.validationLoss)?.minimum
    final_val_accuracy = last(MetricName.validationAccuracy)
    best_val_accuracy = outcome.metric(MetricName.validationAccuracy)?.maximum
    metrics = Dictionary(
      uniqueKeysWithValues: outcome.metrics.map { ($0.name, $0.lastValue ?? .nan) })
    alerts = outcome.alerts.map(\.message)
  }
}

extension Double {
  /// The number with at most six significant digits.
  var short: String { String(format: "%.6g", self) }

  /// The number with at most two significant digits.
  var rough: String { String(format: "%.2g", self) }
}
