import Testing

/// What people who only have the `sqlite3` shell can rely on.
@Suite(.enabled("sqlite3 is missing", Workplace.hasSQLiteShell)) struct SQLiteShellTests {
  @Test(arguments: [
    ("SELECT epoch, train_loss, val_loss, val_accuracy FROM epoch_losses WHERE run_id = 1", 2),
    (
      "SELECT layer, parameters FROM layer_table WHERE run_id = 1 ORDER BY parameters DESC LIMIT 10",
      5
    ),
    (
      """
      SELECT lower, upper, count FROM histogram_bins
      WHERE run_id = 1 AND layer = 'conv1' AND quantity = 'weight' AND epoch = 2
      """, nil
    ),
    (
      "SELECT name, context FROM run_datasets JOIN datasets ON id = dataset_id WHERE run_id = 1", 2
    ),
    ("SELECT id, best_val_loss FROM run_summary ORDER BY best_val_loss LIMIT 1", 1),
    ("SELECT name FROM params WHERE run_id = 1 AND name = 'lr' AND value < 0.1", 1),
    ("SELECT name, last_value FROM metric_series WHERE run_id = 1", 21),
  ])
  func questionsAreOneShortSelect(sql: String, rows: Int?) async throws {
    let workplace = try await Workplace.withRun()
    let outcome = try await workplace.sqlite3("tracker.db", sql)
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
    #expect(rows == nil ? outcome.lines.count > 1 : outcome.lines.count == rows)
  }

  @Test func anInsertedMetricIsInTheSummary() async throws {
    let workplace = try await Workplace.withRun()
    let insert = """
      INSERT INTO metrics(run_id, name, step, value)
      VALUES (1, 'mine', 1, 3.0), (1, 'mine', 2, 1.0), (1, 'mine', 3, 2.0)
      """
    #expect(try await workplace.sqlite3("tracker.db", insert).errors == "")
    let summary = try await workplace.tracker([
      "sql", "SELECT count, min_value, min_step, last_value FROM metric_series WHERE name = 'mine'",
      "--format", "csv",
    ])
    #expect(summary.lines.last == "3,1.0,2,2.0")
    #expect(try await workplace.sqlite3("tracker.db", "PRAGMA integrity_check").output == "ok\n")
  }
}
