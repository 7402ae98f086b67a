import GRDB

/// Everything of one kind that a run recorded, by what it is about.
struct ComparedRows {
  /// What the rows of a run are about.
  enum Kind: String, CaseIterable {
    case layer, metric, summary, histogram, tensor, checkpoint, prediction, artifact

    /// Whether the rows belong to a moment of the training.
    var hasMoment: Bool {
      switch self {
      case .metric, .histogram, .tensor, .checkpoint: true
      case .layer, .summary, .prediction, .artifact: false
      }
    }

    /// Whether rows of this kind may go while the run stays: old snapshots are pruned.
    var canBePruned: Bool { self == .tensor || self == .checkpoint }
  }

  /// What a row is about.
  struct Key: Hashable {
    let name: String
    let epoch: Int?
    let step: Int?
    let `repeat`: Int?
  }

  /// What the rows say, in the order of `columns`.
  private(set) var rows: [Key: [SQLValue]] = [:]
  private(set) var columns: [String] = []

  init(_ kind: Kind, ofRun run: Int, after point: ResumePoint?, in db: Database) throws {
    let keys: Set = ["name", "epoch", "step", "repeat"]
    for row in try db.rows(kind.statement, ["run": SQLValue(run)]) {
      let key = Key(
        name: try row.text("name"), epoch: try row.optionalInteger("epoch"),
        step: try row.optionalInteger("step"),
        repeat: row.columns.place(of: "repeat") == nil ? nil : try row.optionalInteger("repeat"))
      if let point, kind.hasMoment, (key.step ?? 0) <= point.step { continue }
      if columns.isEmpty {
        columns = row.columns.names.filter { !keys.contains($0) }.sorted()
      }
      rows[key] = columns.map { row[$0] }
    }
  }
}

extension ComparedRows.Kind {
  /// Name, epoch and step of each row of a run, and what is to be compared. Times are left out: they
  /// are never the same twice.
  fileprivate var statement: String {
    switch self {
    case .layer:
      """
      SELECT name, NULL AS epoch, NULL AS step, position, kind, input_shape, output_shape,
        weight_shape, weight_count, bias_count, macs
      FROM layers
      WHERE run_id = :run
      """
    case .metric:
      """
      SELECT series.name, point.epoch, point.step, point.repeat, point.value
      FROM metric_series AS series
      JOIN metric_points AS point ON point.series_id = series.id
      WHERE series.run_id = :run
      """
    case .summary:
      """
      SELECT name, NULL AS epoch, NULL AS step, count, nan_count, first_step, first_value, last_step,
        last_epoch, last_value, min_value, min_step, max_value, max_step, min_epoch, max_epoch,
        infinite_count
      FROM metric_series
      WHERE run_id = :run
      """
    case .histogram:
      """
      SELECT layer || ' ' || COALESCE(quantity, 'values') AS name, epoch, step, repeat, edges, lower, upper, counts, count, min, max,
        mean, std, nonfinite_count
      FROM histograms
      WHERE run_id = :run
      """
    case .tensor:
      """
      SELECT tensor.name || ' of the ' || snapshot.kind AS name, snapshot.epoch, snapshot.step,
        tensor.shape, tensor.dtype, tensor.blob_hash, tensor.min, tensor.max, tensor.mean,
        tensor.std, tensor.l2_norm, tensor.zero_count, tensor.nonfinite_count
      FROM snapshots AS snapshot
      JOIN tensors AS tensor ON tensor.snapshot_id = snapshot.id
      WHERE snapshot.run_id = :run
      """
    case .checkpoint:
      """
      SELECT 'state' AS name, epoch, step,
        json_remove(state, '$.partialSeconds', '$.watch') AS state
      FROM checkpoints
      WHERE run_id = :run
      """
    case .prediction:
      """
      SELECT 'row ' || row AS name, NULL AS epoch, NULL AS step, inputs, target, s, y
      FROM predictions
      WHERE run_id = :run
      """
    case .artifact:
      """
      SELECT name, NULL AS epoch, NULL AS step, media_type, blob_hash
      FROM artifacts
      WHERE run_id = :run
      """
    }
  }
}
