import Foundation

/// What a run has to log at one moment, such as the end of an epoch. It is stored whole or not at all.
public struct RunBatch: Sendable, Equatable {
  /// When it is logged; also the sign of life of the run.
  public var time: Date
  /// Points of any metrics. A point at a step that is there already replaces the earlier one.
  public var metrics: [MetricPoint]
  /// Histograms; one of the same layer, quantity, epoch and step replaces the earlier one.
  public var histograms: [HistogramRecord]
  /// Snapshots; one of the same kind, epoch and step replaces the earlier one.
  public var snapshots: [SnapshotRecord]
  /// A checkpoint, with its own snapshots.
  public var checkpoint: CheckpointRecord?
  /// The step of an earlier checkpoint that is no longer needed; it goes with its snapshots.
  public var supersededStep: Int?
  /// Alerts.
  public var alerts: [AlertRecord]
  /// Rows of the truth table; the same row again replaces the earlier one.
  public var predictions: [PredictionRecord]
  /// Artifacts; one of the same name replaces the earlier one.
  public var artifacts: [ArtifactRecord]
  /// The layers of the network, in the place of those that were stored before; nil leaves these.
  public var layers: [LayerRecord]?

  /// Collects what is to be logged.
  public init(
    time: Date, metrics: [MetricPoint] = [], histograms: [HistogramRecord] = [],
    snapshots: [SnapshotRecord] = [], checkpoint: CheckpointRecord? = nil,
    alerts: [AlertRecord] = [], predictions: [PredictionRecord] = [],
    artifacts: [ArtifactRecord] = [], layers: [LayerRecord]? = nil
  ) {
    self.time = time
    self.metrics = metrics
    self.histograms = histograms
    self.snapshots = snapshots
    self.checkpoint = checkpoint
    self.alerts = alerts
    self.predictions = predictions
    self.artifacts = artifacts
    self.layers = layers
  }
}

/// How much was dropped of a run that was taken up at an earlier moment.
public struct DroppedRecords: Sendable, Equatable {
  /// Points of metrics.
  public internal(set) var metricPoints = 0
  /// Histograms.
  public internal(set) var histograms = 0
  /// Snapshots.
  public internal(set) var snapshots = 0
  /// Alerts.
  public internal(set) var alerts = 0
  /// Rows of the truth table.
  public internal(set) var predictions = 0
  /// Artifacts.
  public internal(set) var artifacts = 0

  /// Such as `12 metric points, 2 snapshots`; `nothing` for none.
  public var description: String {
    let counts = [
      (metricPoints, "metric point"), (histograms, "histogram"), (snapshots, "snapshot"),
      (alerts, "alert"), (predictions, "prediction"), (artifacts, "artifact"),
    ]
    let words = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
    return words.isEmpty ? "nothing" : words.joined(separator: ", ")
  }
}
