import Foundation
import GRDB

extension RunDatabase {
  /// Looks for faults: broken pages, tables, indices, views and triggers that are missing or altered,
  /// rows that point nowhere, lists that are none, tensors that are longer or shorter than their shape,
  /// summaries that differ from their points, histograms that differ from their bins, a counter of changes
  /// that counts no more, blobs whose content does not have their hash or that nothing uses, chunks that no
  /// blob names, and runs whose process has died. All content is read, a chunk at a time.
  /// - Parameters:
  ///   - machine: Where one can ask for processes.
  ///   - time: Now.
  /// - Returns: None for a healthy file.
  public func examine(seenFrom machine: Machine, at time: Date) throws -> [Finding] {
    let (findings, suspects) = try read { db in
      let pages = try damagedPages(in: db)
      // Broken pages make all other questions pointless.
      guard !pages.contains(where: { $0.kind == .page }) else { return (pages, [RunRecord]()) }
      let check = try SchemaCheck(of: db, version: EmbeddedSchema.version)
      // What is missing in an older file, the upgrade has made in the copy.
      let schema = check.findings + (original?.findings.filter { $0.kind == .foreignTrigger } ?? [])
      // So do tables that are not there, and views that mean something else.
      guard !check.preventsReading else { return (pages + schema, []) }
      let rows = try faultyRows(check, at: time, in: db)
      let content = try faultyContent(seenFrom: machine, at: time, in: db)
      return (pages + schema + rows + content, try staleRuns(seenFrom: machine, at: time, in: db))
    }
    guard !suspects.isEmpty else { return findings }
    // One that was just ending had stored its end before its process was gone: now it can be seen.
    let stale = try read { db in try staleRuns(seenFrom: machine, at: time, in: db) }
    let dead = stale.filter { run in suspects.contains { $0.id == run.id } }
    return findings + dead.map { Finding(kind: .staleRun, message: Self.words($0, at: time)) }
  }

  private static func words(_ run: RunRecord, at time: Date) -> String {
    "Run \(run.id) (\(run.name)) says that it is running, but "
      + (run.signsOfLife.isHeardFromTheFuture(at: time)
        ? "its last sign of life is from the future: \(run.heartbeatAt.formatted(.iso8601))."
        : "its process has died.")
  }

  /// What a person may want to know of the file, and is no fault: what others keep in it, bytes as a
  /// parameter, and times in 1970.
  public func remarks() throws -> [Finding] {
    try read { db in
      let check = try original ?? SchemaCheck(of: db, version: EmbeddedSchema.version)
      return try check.remarks
        + bytesParameters(in: db).map { parameter in
          Finding(
            kind: .bytesParameter,
            message: "The parameter \(parameter.name) of run \(parameter.id) is"
              + " \(parameter.bytes.count) bytes; merge and export run carry it over as"
              + " \(parameter.outcome).")
        } + earlyTimes(in: db)
    }
  }

  private func earlyTimes(in db: Database) throws -> [Finding] {
    let runs = try db.rows(
      """
      SELECT id
      FROM runs
      WHERE started_at BETWEEN 0 AND 31535999999
      ORDER BY id
      """
    ).map { row in
      Finding(
        kind: .earlyTime,
        message:
          "Run \(try row.integer("id")) started in 1970: seconds were stored as milliseconds.")
    }
    let points = try db.rows(
      """
      SELECT series.run_id, COUNT(*) AS count
      FROM metric_series AS series
      JOIN metric_points AS point ON point.series_id = series.id
      WHERE point.recorded_at BETWEEN 1000000000 AND 10000000000
      GROUP BY series.run_id
      ORDER BY series.run_id
      """
    ).map { row in
      Finding(
        kind: .earlyTime,
        message: "\(try row.integer("count")) points of run \(try row.integer("run_id")) have times"
          + " in 1970: seconds were stored as milliseconds.")
    }
    return runs + points
  }

  private func damagedPages(in db: Database) throws -> [Finding] {
    let faults: [String]
    do {
      faults = try db.pageFaults(by: .whole)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      return [Finding(kind: .page, message: "SQLite: \(error.message ?? "the file is damaged").")]
    }
    return faults.map { finding in
      let isIndex =
        finding.contains("missing from index") || finding.contains("entries in index")
      return Finding(kind: isIndex ? .index : .page, message: "SQLite: \(finding).")
    }
  }

  func staleRuns(
    seenFrom machine: Machine, at time: Date, in db: Database
  ) throws -> [RunRecord] {
    try db.rows("SELECT id FROM runs WHERE status = 'running' ORDER BY id")
      .map { try fetchRun(try $0.integer("id"), in: db) }
      .filter { $0.status(seenFrom: machine, at: time) == .crashed }
  }
}
