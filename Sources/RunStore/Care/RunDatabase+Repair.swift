import Foundation
import GRDB

extension RunDatabase {
  /// Mends what `examine` finds, as far as it can be mended: all of it or, after an error, nothing.
  /// - Returns: What is still wrong afterwards.
  public func repair(seenFrom machine: Machine, at time: Date) throws -> [Finding] {
    try write { db in
      try remakeSchema(in: db)
      // What is left cannot be made anew, and without it there is nothing to mend.
      guard try !SchemaDifference.all(in: db).contains(where: \.preventsReading) else { return }
      try db.execute(sql: "REINDEX")
      for statement in Self.statementsAgainstDanglingRows { try db.run(statement) }
      try db.run(
        """
        UPDATE histograms
        SET count = (
          SELECT MAX(0, CAST(COALESCE(TOTAL(value), 0) AS INTEGER)) FROM json_each(counts))
        WHERE count IS NOT (
          SELECT MAX(0, CAST(COALESCE(TOTAL(value), 0) AS INTEGER)) FROM json_each(counts))
        """)
      for run in try db.rows("SELECT DISTINCT run_id FROM metric_series ORDER BY run_id") {
        try recomputeSummaries(ofRun: try run.integer("run_id"), in: db)
      }
      for run in try staleRuns(seenFrom: machine, at: time, in: db) {
        try db.run(
          """
          UPDATE runs
          SET status = 'interrupted', ended_at = heartbeat_at, error = 'Its process died.'
          WHERE id = :run
          """, ["run": SQLValue(run.id)])
      }
      try deleteUnusedBlobs(in: db)
    }
    return try examine(seenFrom: machine, at: time)
  }

  /// Makes indices, views and triggers anew that are missing or altered.
  private func remakeSchema(in db: Database) throws {
    let present = try SchemaObject.all(in: db)
    let altered = try SchemaDifference.all(in: db).map(\.object).filter { $0.kind != "table" }
    for object in altered
    where present.contains(where: { $0.kind == object.kind && $0.name == object.name }) {
      try db.execute(sql: "DROP \(object.kind) IF EXISTS \(object.name)")
    }
    // Dropping a view drops its triggers, so that all of them are looked for again.
    for difference in try SchemaDifference.all(in: db) where difference.isMissing {
      let object = difference.object
      let tables = Set(try SchemaObject.all(in: db).map(\.name))
      guard object.kind != "table", object.kind == "view" || tables.contains(object.table) else {
        continue
      }
      try db.execute(sql: object.sql)
    }
  }

  /// Deletes all blobs that nothing uses.
  func deleteUnusedBlobs(in db: Database) throws {
    try db.run(
      """
      DELETE FROM blobs
      WHERE hash NOT IN (SELECT blob_hash FROM tensors)
        AND hash NOT IN (SELECT blob_hash FROM artifacts)
      """)
  }

  /// What belongs to nothing is deleted, from the outside in; a run without an experiment goes to the
  /// one that is always there.
  private static let statementsAgainstDanglingRows = [
    "INSERT INTO experiments (id, name) VALUES (1, 'default') ON CONFLICT DO NOTHING",
    "UPDATE runs SET experiment_id = 1 WHERE experiment_id NOT IN (SELECT id FROM experiments)",
    "UPDATE runs SET parent_run_id = NULL WHERE parent_run_id NOT IN (SELECT id FROM runs)",
    "DELETE FROM params WHERE run_id NOT IN (SELECT id FROM runs)",
    "DELETE FROM tags WHERE run_id NOT IN (SELECT id FROM runs)",
    "DELETE FROM environment WHERE run_id NOT IN (SELECT id FROM runs)",
    "DELETE FROM metric_series WHERE run_id NOT IN (SELECT id FROM runs)",
    "DELETE FROM metric_points WHERE series_id NOT IN (SELECT id FROM metric_series)",
    "DELETE FROM layers WHERE run_id NOT IN (SELECT id FROM runs)",
    "DELETE FROM snapshots WHERE run_id NOT IN (SELECT id FROM runs)",
    "DELETE FROM tensors WHERE snapshot_id NOT IN (SELECT id FROM snapshots)",
    "DELETE FROM tensors WHERE blob_hash NOT IN (SELECT hash FROM blobs)",
    "DELETE FROM checkpoints WHERE run_id NOT IN (SELECT id FROM runs)",
    "DELETE FROM checkpoints WHERE weights_id NOT IN (SELECT id FROM snapshots)",
    "DELETE FROM checkpoints WHERE optimizer_id NOT IN (SELECT id FROM snapshots)",
    "DELETE FROM histograms WHERE run_id NOT IN (SELECT id FROM runs)",
    "DELETE FROM predictions WHERE run_id NOT IN (SELECT id FROM runs)",
    "DELETE FROM artifacts WHERE run_id NOT IN (SELECT id FROM runs)",
    "DELETE FROM artifacts WHERE blob_hash NOT IN (SELECT hash FROM blobs)",
    "DELETE FROM alerts WHERE run_id NOT IN (SELECT id FROM runs)",
  ]
}
