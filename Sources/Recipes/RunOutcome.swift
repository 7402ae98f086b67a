public import RunStore

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
  /// From start to end, in seconds.
  public let seconds: Double
}

extension RunOutcome {
  /// Reads how a run ended.
  init(_ run: Int, in database: RunDatabase) throws {
    let record = try database.run(run)
    self.init(
      run: record.id, uuid: record.uuid, status: record.status,
      metrics: try database.metricSummaries(of: run),
      seconds: (record.endedAt ?? record.heartbeatAt).timeIntervalSince(record.startedAt))
  }

  /// The summary of one metric.
  public func metric(_ name: String) -> MetricSummary? { metrics.first { $0.name == name } }
}
