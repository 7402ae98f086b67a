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
        "WHERE run.id IN (SELECT value FROM json_each(:runs))", ["runs": .json(ids)], machine, time,
        in: db)
    }
    let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return ids.compactMap { byID[$0] }
  }

  private func summaries(
    _ choice: String, _ parameters: KeyValuePairs<String, SQLValue>,
    _ machine: Machine, _ time: Date, in db: Database
  ) throws -> [RunSummary] {
    let most = characters.map(String.init) ?? "NULL"
    // Whether a series is there has to be asked only where it has neither a last nor a best value.
    func hasPoints(_ metric: String, unless final: String, _ best: String) -> String {
      """
      iif(COALESCE(summary.\(final), summary.\(best)) IS NOT NULL, 1,
        EXISTS (SELECT 1 FROM metric_series AS series
          WHERE series.run_id = run.id AND series.name = '\(metric)' AND series.count > 0))
      """
    }
    var found: [RunSummary] = []
    try db.forEachRow(
      """
      SELECT
        run.id, shortened(run.name, \(most)) AS name, run.recipe, summary.experiment,
        run.status, run.heartbeat_at, run.host, run.boot_id, run.pid_namespace, run.pid,
        run.heartbeat_seconds, run.started_at, summary.seconds, summary.epochs,
        summary.final_train_loss, summary.best_train_loss,
        summary.final_val_loss, summary.best_val_loss,
        summary.final_val_accuracy, summary.best_val_accuracy,
        shortened(run.command, \(most)) AS command,
        \(RunSummary.tags { "shortened(\($0), \(most))" }) AS tags,
        -- Columns are found at once in their order, and these are mostly not asked for.
        \(hasPoints("train/loss", unless: "final_train_loss", "best_train_loss")) AS has_train_loss,
        \(hasPoints("val/loss", unless: "final_val_loss", "best_val_loss")) AS has_val_loss,
        \(hasPoints("val/accuracy", unless: "final_val_accuracy", "best_val_accuracy"))
          AS has_val_accuracy
      FROM run_summary AS summary
      JOIN runs AS run ON run.id = summary.id
      \(choice)
      """, parameters
    ) { found.append(try RunSummary($0, seenFrom: machine, at: time)) }
    return found
  }
}
