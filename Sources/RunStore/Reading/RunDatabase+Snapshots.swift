import Foundation
import GRDB

extension RunDatabase {
  /// The tensors of all snapshots of a run without their values, by epoch, step and name.
  public func tensorSummaries(
    ofRun run: Int, kind: SnapshotRecord.Kind = .weights
  ) throws -> [TensorSummary] {
    try read { db in
      try db.rows(
        """
        SELECT snapshot.epoch, snapshot.step, tensor.name, tensor.shape, tensor.blob_hash,
          tensor.min, tensor.max, tensor.mean, tensor.std, tensor.l2_norm, tensor.zero_count,
          tensor.nonfinite_count
        FROM snapshots AS snapshot
        JOIN tensors AS tensor ON tensor.snapshot_id = snapshot.id
        WHERE snapshot.run_id = :run AND snapshot.kind = :kind
        ORDER BY snapshot.epoch, snapshot.step, tensor.name
        """,
        ["run": SQLValue(run), "kind": .text(kind.rawValue)]
      ).map { try TensorSummary($0) }
    }
  }

  /// A snapshot of a run with its values.
  /// - Parameter epoch: The epoch; nil for the last. Of several snapshots in an epoch, the last counts.
  /// - Throws: `noSnapshot`, which lists the epochs there are.
  public func snapshot(
    ofRun run: Int, epoch: Int? = nil, kind: SnapshotRecord.Kind = .weights
  ) throws -> SnapshotRecord {
    try read { db in
      let found = try db.row(
        """
        SELECT id, epoch, step
        FROM snapshots
        WHERE run_id = :run AND kind = :kind AND (:epoch IS NULL OR epoch = :epoch)
        ORDER BY epoch DESC, step DESC
        LIMIT 1
        """,
        ["run": SQLValue(run), "kind": .text(kind.rawValue), "epoch": SQLValue(epoch)])
      guard let found else {
        throw RunStoreError.noSnapshot(
          run: run, epoch: epoch, available: try epochs(ofRun: run, kind: kind, in: db))
      }
      return SnapshotRecord(
        epoch: try found.integer("epoch"), step: try found.integer("step"), kind: kind,
        tensors: try tensors(ofSnapshot: try found.integer("id"), in: db))
    }
  }

  /// The number and the names of the tensors of the last weights of a run; nil if it kept none.
  public func lastWeights(ofRun run: Int) throws -> (snapshot: Int, tensors: [String])? {
    try read { db in
      let found = try db.row(
        """
        SELECT id
        FROM snapshots
        WHERE run_id = :run AND kind = 'weights'
        ORDER BY epoch DESC, step DESC
        LIMIT 1
        """, ["run": SQLValue(run)])
      return try found.map { row in
        let id = try row.integer("id")
        return (id, try tensorNames(ofSnapshot: id, in: db))
      }
    }
  }

  /// A tensor of a snapshot, by the number of the snapshot.
  /// - Throws: `corrupt` if its bytes are not what its shape and its hash say.
  public func tensor(_ name: String, ofSnapshot snapshot: Int) throws -> TensorRecord {
    try read { db in try tensor(name, ofSnapshot: snapshot, in: db) }
  }

  /// The last checkpoint of a run, or the one after an epoch; nil if there is none.
  ///
  /// An epoch may have a second one, taken when the training was stopped within the next epoch: that
  /// is not the one after the epoch.
  public func checkpoint(ofRun run: Int, epoch: Int? = nil) throws -> CheckpointRecord? {
    try read { db in
      let found = try db.row(
        """
        SELECT
          checkpoint.state, checkpoint.weights_id, weights.epoch, weights.step,
          checkpoint.optimizer_id, optimizer.epoch AS optimizer_epoch,
          optimizer.step AS optimizer_step
        FROM checkpoints AS checkpoint
        JOIN snapshots AS weights ON weights.id = checkpoint.weights_id
        LEFT JOIN snapshots AS optimizer ON optimizer.id = checkpoint.optimizer_id
        WHERE checkpoint.run_id = :run AND (:epoch IS NULL OR checkpoint.epoch = :epoch)
        ORDER BY
          checkpoint.epoch DESC,
          CASE WHEN :epoch IS NULL THEN -checkpoint.step ELSE checkpoint.step END
        LIMIT 1
        """,
        ["run": SQLValue(run), "epoch": SQLValue(epoch)])
      guard let found else { return nil }
      let weights = SnapshotRecord(
        epoch: try found.integer("epoch"), step: try found.integer("step"), kind: .weights,
        tensors: try tensors(ofSnapshot: try found.integer("weights_id"), in: db))
      let optimizer = try found.optionalInteger("optimizer_id").map { id in
        SnapshotRecord(
          epoch: try found.integer("optimizer_epoch"), step: try found.integer("optimizer_step"),
          kind: .optimizer, tensors: try tensors(ofSnapshot: id, in: db))
      }
      return CheckpointRecord(
        weights: weights, optimizer: optimizer, state: try found.text("state"))
    }
  }

  /// The epochs of which a run has checkpoints.
  public func checkpointEpochs(ofRun run: Int) throws -> [Int] {
    try read { db in
      try db.rows(
        "SELECT DISTINCT epoch FROM checkpoints WHERE run_id = :run ORDER BY epoch",
        ["run": SQLValue(run)]
      ).map { try $0.integer("epoch") }
    }
  }

  /// The last step of which a run has a metric point or a snapshot; 0 if there is none. Measurements of the
  /// machine do not count.
  public func lastStep(ofRun run: Int) throws -> Int {
    try read { db in
      let row = try db.row(
        """
        SELECT MAX(
          COALESCE((
            SELECT MAX(last_step)
            FROM metric_series
            WHERE run_id = :run AND name NOT GLOB 'system/*'), 0),
          COALESCE((SELECT MAX(step) FROM snapshots WHERE run_id = :run), 0)) AS step
        """, ["run": SQLValue(run)])
      return try row?.integer("step") ?? 0
    }
  }

  private func epochs(
    ofRun run: Int, kind: SnapshotRecord.Kind, in db: Database
  ) throws -> [Int] {
    try db.rows(
      """
      SELECT DISTINCT epoch
      FROM snapshots
      WHERE run_id = :run AND kind = :kind
      ORDER BY epoch
      """,
      ["run": SQLValue(run), "kind": .text(kind.rawValue)]
    ).map { try $0.integer("epoch") }
  }

  /// The tensors in the order in which they were stored cannot be told; they come by name.
  func tensors(ofSnapshot snapshot: Int, in db: Database) throws -> [TensorRecord] {
    try tensorNames(ofSnapshot: snapshot, in: db).map {
      try tensor($0, ofSnapshot: snapshot, in: db)
    }
  }

  private func tensorNames(ofSnapshot snapshot: Int, in db: Database) throws -> [String] {
    try db.rows(
      "SELECT name FROM tensors WHERE snapshot_id = :snapshot ORDER BY name",
      ["snapshot": SQLValue(snapshot)]
    ).map { try $0.text("name") }
  }

  private func tensor(
    _ name: String, ofSnapshot snapshot: Int, in db: Database
  ) throws -> TensorRecord {
    let row = try db.row(
      "SELECT shape, dtype, blob_hash FROM tensors WHERE snapshot_id = :snapshot AND name = :name",
      ["snapshot": SQLValue(snapshot), "name": .text(name)])
    guard let row else {
      throw RunStoreError.corrupt(path: path, detail: "the tensor \(name) is missing")
    }
    let shape: [Int] = try row.numbers("shape")
    guard let data = try content(ofBlob: try row.text("blob_hash"), in: db),
      let tensor = TensorRecord(name: name, shape: shape, type: try row.text("dtype"), data: data)
    else {
      throw RunStoreError.corrupt(
        path: path, detail: "the tensor \(name) does not have the bytes its shape and type ask for")
    }
    guard try SHA256.hexadecimal(data) == row.text("blob_hash") else {
      throw RunStoreError.corrupt(
        path: path, detail: "the bytes of the tensor \(name) are not those that their hash names")
    }
    return tensor
  }
}
