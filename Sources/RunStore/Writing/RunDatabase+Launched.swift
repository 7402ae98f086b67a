import Foundation
import GRDB

/// The metric by which a run is judged, and the best value that it reached.
public struct BestMetric: Sendable, Equatable {
  /// The name of the metric.
  public let name: String
  /// Its best value.
  public let value: Double
}

extension RunDatabase {
  /// Ends the runs below `run` that say `running` and that no process owns: those that a program had made
  /// over HTTP when it ended.
  public func finishUnownedRuns(below run: Int, status: RunStatus, at time: Date) throws {
    try write { db in
      try db.run(
        """
        WITH RECURSIVE below (id) AS (
          SELECT id FROM runs WHERE parent_run_id = :run
          UNION
          SELECT runs.id FROM runs JOIN below ON runs.parent_run_id = below.id)
        UPDATE runs
        SET status = :status, ended_at = MAX(:time, COALESCE(started_at, :time))
        WHERE id IN (SELECT id FROM below) AND id <> :run AND status = 'running'
          AND owner IS NULL AND heartbeat_seconds IS NULL
        """,
        [
          "run": SQLValue(run), "status": .text(status.rawValue), "time": SQLValue(time),
        ])
    }
  }

  /// The step of the next measurement of the machine: they are counted, also by a run that goes on.
  public func nextSystemStep(ofRun run: Int) throws -> Int {
    try read { db in
      try db.returnedInteger(
        """
        SELECT COALESCE(MAX(last_step) + 1, 0)
        FROM metric_series
        WHERE run_id = :run AND name GLOB 'system/*'
        """, ["run": SQLValue(run)])
    }
  }

  /// The most important metric of a run of which it is known what is better; nil if there is none.
  public func bestMetric(ofRun run: Int) throws -> BestMetric? {
    try read { db in
      let row = try db.row(
        """
        SELECT series.name,
          CASE metric.goal WHEN 'min' THEN series.min_value ELSE series.max_value END AS value
        FROM metric_series AS series
        JOIN metric_names AS metric ON metric.name = series.name
        WHERE series.run_id = :run AND metric.goal IS NOT NULL AND series.min_value IS NOT NULL
          AND series.name NOT GLOB 'system/*'
        ORDER BY metric.rank NULLS LAST, series.name
        LIMIT 1
        """, ["run": SQLValue(run)])
      guard let row, let value = try row.optionalReal("value") else { return nil }
      return BestMetric(name: try row.text("name"), value: value)
    }
  }
}
