import Foundation
import GRDB

extension RunDatabase {
  /// Looks for damage: broken pages, rows that point nowhere, summaries that differ from their
  /// points, blobs whose content does not have their hash.
  /// - Returns: A sentence for each finding; none for a healthy file.
  public func integrityFindings() throws -> [String] {
    try read { db in
      try damagedPages(in: db) + danglingRows(in: db) + wrongSummaries(in: db)
        + corruptBlobs(in: db)
    }
  }

  /// Copies the file to `destination`, also while runs write.
  /// - Throws: `cannotOpen` if there is a file already.
  public func backUp(to destination: String) throws {
    guard !FileManager.default.fileExists(atPath: destination) else {
      throw RunStoreError.cannotOpen(path: destination, detail: "it exists already")
    }
    try translatingErrors(path: destination) {
      try copy(to: try DatabaseQueue(path: Connection.plain(destination)))
    }
  }

  private func damagedPages(in db: Database) throws -> [String] {
    try db.rows("PRAGMA integrity_check").compactMap { row in
      let finding = try row.text("integrity_check")
      return finding == "ok" ? nil : "SQLite: \(finding)."
    }
  }

  private func danglingRows(in db: Database) throws -> [String] {
    try db.rows(
      """
      SELECT "table", parent, COUNT(*) AS count
      FROM pragma_foreign_key_check
      GROUP BY "table", parent
      ORDER BY "table", parent
      """
    ).map { row in
      let (table, parent) = (try row.text("table"), try row.text("parent"))
      return "\(try row.integer("count")) rows of \(table) point to no row of \(parent)."
    }
  }

  private func wrongSummaries(in db: Database) throws -> [String] {
    try db.rows(
      """
      SELECT stored.run_id, stored.name
      FROM metric_series AS stored
      JOIN metric_series_recomputed AS right ON right.id = stored.id
      WHERE (stored.count, stored.nan_count, stored.first_step, stored.first_value,
          stored.last_step, stored.last_epoch, stored.last_value, stored.min_value,
          stored.min_step, stored.max_value, stored.max_step)
        IS NOT (right.count, right.nan_count, right.first_step, right.first_value,
          right.last_step, right.last_epoch, right.last_value, right.min_value,
          right.min_step, right.max_value, right.max_step)
      ORDER BY stored.run_id, stored.name
      """
    ).map { row in
      let (run, name) = (try row.integer("run_id"), try row.text("name"))
      return "The summary of the metric \(name) of run \(run) differs from its points."
    }
  }

  private func corruptBlobs(in db: Database) throws -> [String] {
    try db.rows("SELECT hash FROM blobs ORDER BY hash").compactMap { row in
      let hash = try row.text("hash")
      let blob = try db.row("SELECT data FROM blobs WHERE hash = :hash", ["hash": .text(hash)])
      guard case .blob(let data) = blob?["data"], SHA256.hexadecimal(data) == hash else {
        return "The content of the blob \(hash) does not have this hash."
      }
      return nil
    }
  }
}
