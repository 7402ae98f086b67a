import Foundation
import GRDB

extension RunDatabase {
  /// Stores a batch as one transaction, and shows that the run is alive.
  /// - Parameter owner: The token by which this process owns the run; nil for one that anyone may add to.
  /// - Throws: `ownedByAnother` if the run is another process's, perhaps by now.
  public func record(_ batch: RunBatch, run: Int, owner: String? = nil) throws {
    try write { db in
      try requireOwner(owner, ofRun: run, in: db)
      try db.run(
        "UPDATE runs SET heartbeat_at = :time WHERE id = :run",
        ["time": SQLValue(batch.time), "run": SQLValue(run)])
      try MetricWriter(run: run, time: batch.time, db: db).write(batch.metrics)
      for histogram in batch.histograms { try insert(histogram, run: run, in: db) }
      if let step = batch.supersededStep { try deleteSnapshots(ofRun: run, step: step, in: db) }
      let snapshots = SnapshotWriter(run: run, time: batch.time, db: db)
      for snapshot in batch.snapshots { _ = try snapshots.write(snapshot) }
      if let checkpoint = batch.checkpoint { try snapshots.write(checkpoint) }
      for alert in batch.alerts { try insert(alert, run: run, in: db) }
      for prediction in batch.predictions { try insert(prediction, run: run, in: db) }
      for artifact in batch.artifacts {
        try nameArtifact(
          artifact.name, mediaType: artifact.mediaType, hash: db.storeBlob(artifact.data), run: run,
          at: batch.time, in: db)
      }
      if let layers = batch.layers { try replaceLayers(layers, run: run, in: db) }
    }
  }

  /// Deletes the snapshots taken after a step; their checkpoint and tensors go with them.
  func deleteSnapshots(ofRun run: Int, step: Int, in db: Database) throws {
    let hashes = try db.rows(
      """
      SELECT DISTINCT tensor.blob_hash AS hash
      FROM tensors AS tensor
      JOIN snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
      WHERE snapshot.run_id = :run AND snapshot.step = :step
      """, ["run": SQLValue(run), "step": SQLValue(step)]
    ).map { try $0.text("hash") }
    try db.run(
      "DELETE FROM snapshots WHERE run_id = :run AND step = :step",
      ["run": SQLValue(run), "step": SQLValue(step)])
    try deleteUnused(hashes, in: db)
  }

  private func insert(_ histogram: HistogramRecord, run: Int, in db: Database) throws {
    try db.run(
      """
      INSERT OR REPLACE INTO histograms (
        run_id, epoch, step, layer, quantity, lower, upper, counts, count, min, max, mean, std,
        nonfinite_count)
      VALUES (
        :run, :epoch, :step, :layer, :quantity, :lower, :upper, :counts, :count, :minimum,
        :maximum, :mean, :deviation, :nonfinite)
      """,
      [
        "run": SQLValue(run), "epoch": SQLValue(histogram.epoch), "step": SQLValue(histogram.step),
        "layer": .text(histogram.layer), "quantity": .text(histogram.quantity.rawValue),
        "lower": .real(histogram.lower), "upper": .real(histogram.upper),
        "counts": .json(histogram.counts), "count": SQLValue(histogram.count),
        "minimum": SQLValue(histogram.minimum), "maximum": SQLValue(histogram.maximum),
        "mean": SQLValue(histogram.mean), "deviation": SQLValue(histogram.standardDeviation),
        "nonfinite": SQLValue(histogram.nonfiniteCount),
      ])
  }

  private func insert(_ alert: AlertRecord, run: Int, in db: Database) throws {
    try db.run(
      """
      INSERT INTO alerts (run_id, at, epoch, step, level, kind, message)
      VALUES (:run, :at, :epoch, :step, :level, :kind, :message)
      """,
      [
        "run": SQLValue(run), "at": SQLValue(alert.time), "epoch": SQLValue(alert.epoch),
        "step": SQLValue(alert.step), "level": .text(alert.level.rawValue),
        "kind": .text(alert.kind), "message": .text(alert.message),
      ])
  }

  private func insert(_ prediction: PredictionRecord, run: Int, in db: Database) throws {
    try db.run(
      """
      INSERT OR REPLACE INTO predictions (run_id, row, inputs, target, s, y)
      VALUES (:run, :row, :inputs, :target, :sum, :output)
      """,
      [
        "run": SQLValue(run), "row": SQLValue(prediction.row),
        "inputs": .json(prediction.inputs), "target": SQLValue(prediction.target),
        "sum": SQLValue(prediction.sum), "output": SQLValue(prediction.output),
      ])
  }
}
