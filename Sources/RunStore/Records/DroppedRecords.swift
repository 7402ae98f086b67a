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
