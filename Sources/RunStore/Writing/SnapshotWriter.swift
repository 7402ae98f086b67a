import Foundation
import GRDB

/// Stores snapshots and checkpoints; equal content is stored once.
struct SnapshotWriter {
  let run: Int
  let time: Date
  let db: Database

  /// Stores a snapshot, in the place of one of the same kind, epoch and step.
  /// - Returns: Its id.
  func write(_ snapshot: SnapshotRecord) throws -> Int {
    let id = try db.returnedInteger(
      """
      INSERT INTO snapshots (run_id, epoch, step, kind, created_at)
      VALUES (:run, :epoch, :step, :kind, :time)
      ON CONFLICT (run_id, kind, epoch, step) DO UPDATE SET created_at = excluded.created_at
      RETURNING id
      """,
      [
        "run": SQLValue(run), "epoch": SQLValue(snapshot.epoch), "step": SQLValue(snapshot.step),
        "kind": .text(snapshot.kind.rawValue), "time": SQLValue(time),
      ])
    try db.run("DELETE FROM tensors WHERE snapshot_id = :snapshot", ["snapshot": SQLValue(id)])
    for tensor in snapshot.tensors { try insert(tensor, snapshot: id) }
    return id
  }

  /// Stores a checkpoint and its snapshots.
  func write(_ checkpoint: CheckpointRecord) throws {
    let weights = try write(checkpoint.weights)
    let optimizer = try checkpoint.optimizer.map { try write($0) }
    try db.run(
      """
      INSERT OR REPLACE INTO checkpoints (
        run_id, epoch, step, weights_id, optimizer_id, state, created_at)
      VALUES (:run, :epoch, :step, :weights, :optimizer, :state, :time)
      """,
      [
        "run": SQLValue(run), "epoch": SQLValue(checkpoint.weights.epoch),
        "step": SQLValue(checkpoint.weights.step), "weights": SQLValue(weights),
        "optimizer": SQLValue(optimizer), "state": .text(checkpoint.state), "time": SQLValue(time),
      ])
  }

  private func insert(_ tensor: TensorRecord, snapshot: Int) throws {
    let hash = try db.storeBlob(tensor.data)
    let statistics = TensorStatistics(tensor.values)
    try db.run(
      """
      INSERT INTO tensors (
        snapshot_id, name, shape, dtype, blob_hash, min, max, mean, std, l2_norm, zero_count,
        nonfinite_count)
      VALUES (
        :snapshot, :name, :shape, 'float32', :hash, :minimum, :maximum, :mean, :deviation, :norm,
        :zeros, :nonfinite)
      """,
      [
        "snapshot": SQLValue(snapshot), "name": .text(tensor.name),
        "shape": .json(tensor.shape), "hash": .text(hash),
        "minimum": SQLValue(statistics.minimum), "maximum": SQLValue(statistics.maximum),
        "mean": SQLValue(statistics.mean), "deviation": SQLValue(statistics.standardDeviation),
        "norm": SQLValue(statistics.norm), "zeros": SQLValue(statistics.zeroCount),
        "nonfinite": SQLValue(statistics.nonfiniteCount),
      ])
  }
}

extension Database {
  /// Stores `data`, unless it is there already; what is there under its hash and differs is not right.
  /// - Returns: The hash by which it is named.
  package func storeBlob(_ data: Data) throws -> String {
    let hash = SHA256.hexadecimal(data)
    let values: KeyValuePairs = [
      "hash": SQLValue.text(hash), "data": .blob(data), "count": SQLValue(data.count),
    ]
    try run(
      """
      INSERT INTO blobs (hash, data, byte_count)
      VALUES (:hash, :data, :count)
      ON CONFLICT (hash) DO UPDATE
      SET data = excluded.data, byte_count = excluded.byte_count
      WHERE data <> excluded.data
      """, values)
    guard changesCount == 0, try isInChunks(hash), try isSound(blob: hash) != true else {
      return hash
    }
    try run(
      "UPDATE blobs SET data = :data, byte_count = :count, content = NULL WHERE hash = :hash",
      values)
    return hash
  }
}
