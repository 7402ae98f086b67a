import Foundation
import GRDB

extension RunDatabase {
  /// The runs that have not been deleted, the newest first.
  /// - Parameters:
  ///   - machine: Runs of this machine whose process has died are `crashed` at once.
  ///   - limit: The most runs to return; nil for all.
  public func runs(
    seenFrom machine: Machine, at time: Date, limit: Int? = nil
  ) throws -> [RunSummary] {
    try read { db in
      try summaries(
        """
        ORDER BY run.started_at DESC, run.id DESC
        LIMIT :limit
        """, ["limit": SQLValue(limit ?? -1)], machine, time, in: db)
    }
  }

  /// Runs that have not been deleted, in the order of `ids`.
  public func runs(
    _ ids: [Int], seenFrom machine: Machine, at time: Date
  ) throws -> [RunSummary] {
    let found = try read { db in
      try summaries(
        "AND run.id IN (SELECT value FROM json_each(:runs))", ["runs": .json(ids)], machine, time,
        in: db)
    }
    let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return ids.compactMap { byID[$0] }
  }

  /// What the view `run_summary` has, and what it lacks: columns of `runs` whose view need not be joined to
  /// them again, and how many points a metric has.
  private func summaries(
    _ choice: String, _ parameters: KeyValuePairs<String, SQLValue>,
    _ machine: Machine, _ time: Date, in db: Database
  ) throws -> [RunSummary] {
    let most = characters.map(String.init) ?? "NULL"
    var found: [RunSummary] = []
    try db.forEachRow(
      """
      SELECT
        run.id, shortened(run.name, \(most)) AS name, run.recipe,
        COALESCE(experiment.name, 'default') AS experiment,
        run.status, run.heartbeat_at, run.host, run.boot_id, run.pid_namespace, run.pid,
        run.heartbeat_seconds, run.started_at,
        (COALESCE(run.ended_at, run.heartbeat_at) - run.started_at - run.idle_milliseconds) / 1000.0
          AS seconds,
        COALESCE(
          MAX(COALESCE(train.last_epoch, val.last_epoch), COALESCE(val.last_epoch, train.last_epoch)),
          train.count, val.count, 0) AS epochs,
        train.last_value AS final_train_loss, train.min_value AS best_train_loss,
        val.last_value AS final_val_loss, val.min_value AS best_val_loss,
        accuracy.last_value AS final_val_accuracy, accuracy.max_value AS best_val_accuracy,
        shortened(run.command, \(most)) AS command,
        \(RunSummary.tags { "shortened(\($0), \(most))" }) AS tags,
        COALESCE(train.count, 0) AS train_loss_count, COALESCE(val.count, 0) AS val_loss_count,
        COALESCE(accuracy.count, 0) AS val_accuracy_count
      FROM runs AS run
      LEFT JOIN experiments AS experiment ON experiment.id = run.experiment_id
      LEFT JOIN metric_series AS train ON train.run_id = run.id AND train.name = 'train/loss'
      LEFT JOIN metric_series AS val ON val.run_id = run.id AND val.name = 'val/loss'
      LEFT JOIN metric_series AS accuracy
        ON accuracy.run_id = run.id AND accuracy.name = 'val/accuracy'
      WHERE run.deleted_at IS NULL
      \(choice)
      """, parameters
    ) { found.append(try RunSummary($0, seenFrom: machine, at: time)) }
    return found
  }
}
