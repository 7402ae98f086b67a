import Foundation
import GRDB

extension RunDatabase {
  /// Makes a run that has ended, or whose process has died, a running one again.
  ///
  /// What it holds of later than `point` is dropped, so that what is logged now is not there twice.
  /// - Parameters:
  ///   - process: The process that goes on with the run.
  ///   - changes: Parameters that get another value.
  ///   - facts: Facts to note of it.
  /// - Throws: `stillRunning` if another process is at it.
  public func reopenRun(
    _ run: Int, at point: ResumePoint, by process: RunProcess,
    changing changes: [String: SQLValue] = [:], noting facts: [String: SQLValue] = [:], time: Date
  ) throws -> DroppedRecords {
    try write { db in
      try refuseIfAlive(run, seenFrom: process.machine, at: time, in: db)
      try db.run(
        """
        UPDATE runs
        SET status = 'running', error = NULL, ended_at = NULL, heartbeat_at = :time,
          host = :host, pid = :pid, boot_id = :boot, pid_namespace = :namespace,
          version = :version, heartbeat_seconds = :heartbeat, owner = :owner, exit_code = NULL,
          idle_milliseconds = idle_milliseconds + CASE
            WHEN idle_milliseconds < :time
              AND COALESCE(ended_at, MAX(heartbeat_at, COALESCE(started_at, 0))) BETWEEN 0 AND :time
            THEN :time - COALESCE(ended_at, MAX(heartbeat_at, COALESCE(started_at, 0)))
            ELSE 0 END
        WHERE id = :run
        """,
        [
          "time": SQLValue(time), "host": .text(process.machine.host),
          "pid": SQLValue(process.pid), "boot": SQLValue(process.machine.bootID),
          "namespace": SQLValue(process.machine.pidNamespace),
          "version": .text(process.version), "heartbeat": SQLValue(process.heartbeatSeconds),
          "owner": SQLValue(process.owner), "run": SQLValue(run),
        ])
      for (name, value) in changes {
        try db.run(
          "UPDATE params SET value = :value WHERE run_id = :run AND name = :name",
          ["value": value, "run": SQLValue(run), "name": .text(name)])
      }
      for (name, value) in facts { try setFact(name, value, run: run, in: db) }
      return try drop(after: point, ofRun: run, in: db)
    }
  }

  /// - Throws: `stillRunning` for a run whose process lives, `noSuchRun` for one that is not there.
  func refuseIfAlive(
    _ run: Int, seenFrom machine: Machine, at time: Date, in db: Database
  ) throws {
    let record = try fetchRun(run, in: db)
    guard record.isAlive(seenFrom: machine, at: time) else { return }
    throw RunStoreError.stillRunning(run: run, pid: record.pid, host: record.host)
  }

  private func drop(
    after point: ResumePoint, ofRun run: Int, in db: Database
  ) throws -> DroppedRecords {
    let place: KeyValuePairs<String, SQLValue> = [
      "run": SQLValue(run), "epoch": SQLValue(point.lastEpoch), "step": SQLValue(point.step),
    ]
    func drop(_ sql: String) throws -> Int {
      try db.run(sql, place)
      return db.changesCount
    }
    var dropped = DroppedRecords()
    let later = "run_id = :run AND (epoch > :epoch OR step > :step)"
    let blobs = try blobHashes(ofRun: run, in: db)
    dropped.histograms = try drop("DELETE FROM histograms WHERE " + later)
    dropped.snapshots = try drop("DELETE FROM snapshots WHERE " + later)
    // What is noticed before the first step will be noticed again.
    dropped.alerts = try drop(
      "DELETE FROM alerts WHERE run_id = :run AND (epoch > :epoch OR step > :step OR :step = 0)")
    dropped.metricPoints = try drop(
      """
      DELETE FROM metric_points
      WHERE series_id IN (
          SELECT id FROM metric_series WHERE run_id = :run AND name NOT GLOB 'system/*')
        AND (epoch > :epoch OR step > :step)
      """)
    try db.run(
      "UPDATE metric_series SET disorder = disorder + 1 WHERE run_id = :run", ["run": SQLValue(run)]
    )
    if point == .start {
      dropped.predictions = try drop(
        "DELETE FROM predictions WHERE run_id = :run AND :epoch >= 0 AND :step >= 0")
      dropped.artifacts = try drop(
        "DELETE FROM artifacts WHERE run_id = :run AND :epoch >= 0 AND :step >= 0")
    }
    try recomputeSummaries(ofRun: run, in: db)
    try deleteUnused(blobs, in: db)
    return dropped
  }

  /// Computes summaries of a run's metrics from their points: of one series, or of all if it is NULL.
  static let summaryRecomputation = EmbeddedSQL.text(PackageResources.recompute_summaries_sql)

  /// Computes all summaries of a run's metrics from their points, and forgets metrics without any.
  func recomputeSummaries(ofRun run: Int, in db: Database) throws {
    try db.run(Self.summaryRecomputation, ["run": SQLValue(run), "series": .null])
    try db.run(
      "DELETE FROM metric_series WHERE run_id = :run AND count = 0", ["run": SQLValue(run)])
  }
}
