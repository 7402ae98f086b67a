import Foundation
import GRDB

extension RunDatabase {
  /// What `prune` would remove, without removing it. Runs that may be running are left alone.
  public func pruningItems(_ pruning: Pruning) throws -> [Pruning.Item] {
    try read { db in try items(of: pruning, in: db) }
  }

  /// Removes what the file can do without, and makes the file smaller.
  /// - Returns: What was removed.
  public func prune(_ pruning: Pruning) throws -> [Pruning.Item] {
    let removed = try write { db in
      let items = try items(of: pruning, in: db)
      for item in items {
        if let step = item.step {
          try db.run(
            "DELETE FROM snapshots WHERE run_id = :run AND step = :step",
            ["run": SQLValue(item.run), "step": SQLValue(step)])
        } else {
          try db.run("DELETE FROM runs WHERE id = :run", ["run": SQLValue(item.run)])
        }
      }
      try deleteUnusedBlobs(in: db)
      return items
    }
    try outsideTransactions { db in
      try db.execute(sql: "VACUUM")
      try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }
    return removed
  }

  private func items(of pruning: Pruning, in db: Database) throws -> [Pruning.Item] {
    let runs = try pruning.deletedBefore.map { try deletedRuns(before: $0, in: db) } ?? []
    let snapshots = try pruning.snapshots ? superfluousSnapshots(in: db) : []
    let gone = Set(runs.map(\.run))
    return runs + snapshots.filter { !gone.contains($0.run) }
  }

  private func deletedRuns(before time: Date, in db: Database) throws -> [Pruning.Item] {
    try db.rows(
      """
      SELECT run.id, run.name,
        (SELECT COALESCE(SUM(byte_count), 0) FROM blobs WHERE hash IN (
          SELECT tensor.blob_hash
          FROM tensors AS tensor
          JOIN snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
          WHERE snapshot.run_id = run.id
          UNION
          SELECT blob_hash FROM artifacts WHERE run_id = run.id)) AS bytes
      FROM runs AS run
      WHERE run.deleted_at < :time
      ORDER BY run.id
      """, ["time": SQLValue(time)]
    ).map { row in
      Pruning.Item(
        run: try row.integer("id"), name: try row.text("name"), epoch: nil, step: nil,
        bytes: try row.integer("bytes"))
    }
  }

  /// The best epoch is that of the smallest finite validation loss, or training loss if there is none.
  private func superfluousSnapshots(in db: Database) throws -> [Pruning.Item] {
    try db.rows(
      """
      WITH kept AS (
        SELECT run.id AS run_id,
          (SELECT MAX(step) FROM snapshots WHERE run_id = run.id) AS last_step,
          (SELECT MAX(step) FROM checkpoints WHERE run_id = run.id) AS last_checkpoint,
          (
            SELECT snapshot.step
            FROM snapshots AS snapshot
            JOIN metric_series AS series
              ON series.run_id = run.id AND series.name IN ('val/loss', 'train/loss')
            JOIN metric_points AS point
              ON point.series_id = series.id AND point.step = snapshot.step
            WHERE snapshot.run_id = run.id
              AND snapshot.kind = 'weights'
              AND abs(point.value) < 9e999
            ORDER BY series.name = 'val/loss' DESC, point.value, snapshot.step
            LIMIT 1
          ) AS best_step
        FROM runs AS run
        WHERE run.status <> 'running'
      )
      SELECT run.id, run.name, snapshot.epoch, snapshot.step,
        SUM(length(blob.data)) AS bytes
      FROM runs AS run
      JOIN kept ON kept.run_id = run.id
      JOIN snapshots AS snapshot ON snapshot.run_id = run.id
      LEFT JOIN tensors AS tensor ON tensor.snapshot_id = snapshot.id
      LEFT JOIN blobs AS blob ON blob.hash = tensor.blob_hash
      WHERE snapshot.step NOT IN (
        kept.last_step, COALESCE(kept.last_checkpoint, kept.last_step),
        COALESCE(kept.best_step, kept.last_step))
      GROUP BY run.id, snapshot.epoch, snapshot.step
      ORDER BY run.id, snapshot.step
      """
    ).map { row in
      Pruning.Item(
        run: try row.integer("id"), name: try row.text("name"),
        epoch: try row.integer("epoch"), step: try row.integer("step"),
        bytes: try row.optionalInteger("bytes") ?? 0)
    }
  }
}
