import Foundation
import GRDB

extension RunDatabase {
  /// Looks for faults: broken pages, tables, indices, views and triggers that are missing or altered,
  /// rows that point nowhere, summaries that differ from their points, histograms that differ from
  /// their bins, blobs whose content does not have their hash or that nothing uses, and runs whose
  /// process has died.
  /// - Parameters:
  ///   - machine: Where one can ask for processes.
  ///   - time: Now.
  /// - Returns: None for a healthy file.
  public func examine(seenFrom machine: Machine, at time: Date) throws -> [Finding] {
    let (findings, suspects) = try read { db in
      let pages = try damagedPages(in: db)
      // Broken pages make all other questions pointless.
      guard !pages.contains(where: { $0.kind == .page }) else { return (pages, [RunRecord]()) }
      let differences = try SchemaDifference.all(in: db)
      let schema = differences.map(\.finding)
      // So do tables that are not there, and views that mean something else.
      guard !differences.contains(where: \.preventsReading) else { return (pages + schema, []) }
      let rows = try danglingRows(in: db) + wrongSummaries(in: db) + wrongHistograms(in: db)
      let blobs = try corruptBlobs(in: db) + unusedBlobs(in: db)
      return (
        pages + schema + rows + blobs, try staleRuns(seenFrom: machine, at: time, in: db)
      )
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

  private func damagedPages(in db: Database) throws -> [Finding] {
    let rows: [ResultRow]
    do {
      rows = try db.rows("PRAGMA integrity_check")
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
      return [Finding(kind: .page, message: "SQLite: \(error.message ?? "the file is damaged").")]
    }
    return try rows.compactMap { row in
      let finding = try row.text("integrity_check")
      guard finding != "ok" else { return nil }
      let isIndex =
        finding.contains("missing from index") || finding.contains("entries in index")
      return Finding(kind: isIndex ? .index : .page, message: "SQLite: \(finding).")
    }
  }

  private func danglingRows(in db: Database) throws -> [Finding] {
    try db.rows(
      """
      SELECT "table", parent, COUNT(*) AS count
      FROM pragma_foreign_key_check
      GROUP BY "table", parent
      ORDER BY "table", parent
      """
    ).map { row in
      let (table, parent) = (try row.text("table"), try row.text("parent"))
      return Finding(
        kind: .danglingRows,
        message: "\(try row.integer("count")) rows of \(table) point to no row of \(parent).")
    }
  }

  private func wrongSummaries(in db: Database) throws -> [Finding] {
    try db.rows(
      """
      SELECT stored.run_id, stored.name
      FROM metric_series AS stored
      JOIN metric_series_recomputed AS right ON right.id = stored.id
      WHERE (stored.count, stored.nan_count, stored.first_step, stored.first_value,
          stored.last_step, stored.last_epoch, stored.last_value, stored.min_value,
          stored.min_step, stored.max_value, stored.max_step, stored.first_repeat, stored.last_at,
          stored.last_repeat, stored.min_epoch, stored.min_repeat, stored.max_epoch,
          stored.max_repeat, stored.infinite_count)
        IS NOT (right.count, right.nan_count, right.first_step, right.first_value,
          right.last_step, right.last_epoch, right.last_value, right.min_value,
          right.min_step, right.max_value, right.max_step, right.first_repeat, right.last_at,
          right.last_repeat, right.min_epoch, right.min_repeat, right.max_epoch,
          right.max_repeat, right.infinite_count)
      ORDER BY stored.run_id, stored.name
      """
    ).map { row in
      let (run, name) = (try row.integer("run_id"), try row.text("name"))
      return Finding(
        kind: .summary,
        message: "The summary of the metric \(name) of run \(run) differs from its points.")
    }
  }

  private func wrongHistograms(in db: Database) throws -> [Finding] {
    try db.rows(
      """
      SELECT run_id, epoch, layer, quantity
      FROM histograms
      WHERE count IS NOT (
        SELECT MAX(0, CAST(COALESCE(TOTAL(value), 0) AS INTEGER)) FROM json_each(counts))
      ORDER BY run_id, epoch, step, layer, quantity
      """
    ).map { row in
      let quantity = try row.optionalText("quantity").map { $0 + " " } ?? ""
      let moment = try row.optionalInteger("epoch").map { " after epoch \($0)" } ?? ""
      return Finding(
        kind: .histogram,
        message: "The \(quantity)histogram of \(try row.text("layer"))\(moment) of run"
          + " \(try row.integer("run_id")) has a count that is not the sum of its bins.")
    }
  }

  private func corruptBlobs(in db: Database) throws -> [Finding] {
    try db.rows("SELECT hash FROM blobs ORDER BY hash").compactMap { row in
      let hash = try row.text("hash")
      if let data = try content(ofBlob: hash, in: db), SHA256.hexadecimal(data) == hash {
        return nil
      }
      return Finding(
        kind: .blobContent,
        message: "The content of the blob \(hash)\(try users(ofBlob: hash, in: db)) does not have"
          + " this hash.")
    }
  }

  /// Who uses a blob, in words.
  private func users(ofBlob hash: String, in db: Database) throws -> String {
    let row = try db.row(
      """
      SELECT tensor.name, snapshot.run_id, snapshot.epoch
      FROM tensors AS tensor
      JOIN snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
      WHERE tensor.blob_hash = :hash
      ORDER BY snapshot.run_id, snapshot.epoch, tensor.name
      LIMIT 1
      """, ["hash": .text(hash)])
    guard let row else { return "" }
    return " (\(try row.text("name")) of run \(try row.integer("run_id")) after epoch"
      + " \(try row.integer("epoch")))"
  }

  private func unusedBlobs(in db: Database) throws -> [Finding] {
    let row = try db.row(
      """
      SELECT COUNT(*) AS count, COALESCE(SUM(byte_count), 0) AS bytes
      FROM blobs
      WHERE \(Self.isUnused)
      """)
    guard let row, case let count = try row.integer("count"), count > 0 else { return [] }
    return [
      Finding(
        kind: .unusedBlob,
        message: "Nothing uses \(count) blobs of \(try row.integer("bytes")) bytes.")
    ]
  }

  func staleRuns(
    seenFrom machine: Machine, at time: Date, in db: Database
  ) throws -> [RunRecord] {
    try db.rows("SELECT id FROM runs WHERE status = 'running' ORDER BY id")
      .map { try fetchRun(try $0.integer("id"), in: db) }
      .filter { $0.status(seenFrom: machine, at: time) == .crashed }
  }
}
