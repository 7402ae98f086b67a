import Foundation
import GRDB

extension RunDatabase {
  /// The names of all metrics, those that most runs have first.
  public func metricNames() throws -> [String] {
    try read { db in
      try db.rows(
        """
        SELECT name, COUNT(*) AS runs
        FROM metric_series
        GROUP BY name
        ORDER BY runs DESC, name
        """
      ).map { try $0.text("name") }
    }
  }

  /// The names of the parameters in which runs differ: those with several values, and those that only
  /// some runs of a recipe have.
  public func differingParameters(amongRuns runs: [Int]) throws -> [String] {
    try read { db in
      try db.rows(
        """
        WITH chosen AS MATERIALIZED (
          SELECT id, COALESCE(recipe, '') AS recipe
          FROM runs
          WHERE id IN (SELECT value FROM json_each(:runs))
        ),
        recipes AS (
          SELECT recipe, COUNT(*) AS total FROM chosen GROUP BY recipe
        ),
        settings AS (
          SELECT
            chosen.recipe, param.name, COUNT(*) AS settings, COUNT(param.value) AS known,
            MIN(param.value) AS least, MAX(param.value) AS greatest
          FROM chosen
          JOIN params AS param ON param.run_id = chosen.id
          GROUP BY chosen.recipe, param.name
        )
        SELECT settings.name
        FROM settings
        JOIN recipes ON recipes.recipe = settings.recipe
        GROUP BY settings.name
        HAVING MIN(settings.least) IS NOT MAX(settings.greatest)
          OR MAX(settings.settings < recipes.total)
          OR MAX(settings.known NOT IN (0, settings.settings))
        ORDER BY settings.name
        """,
        ["runs": .json(runs)]
      ).map { try $0.text("name") }
    }
  }

  /// Runs with all their parameters, in the order of `ids`.
  /// - Parameter metrics: The metrics to read; nil for all.
  public func comparedRuns(_ ids: [Int], metrics: [String]?) throws -> [ComparedRun] {
    try read { db in
      let found = try db.rows(
        """
        SELECT summary.id, summary.name, summary.recipe, summary.experiment, run.status,
          run.heartbeat_at, run.host, run.boot_id, run.pid, run.seed
        FROM run_summary AS summary
        JOIN runs AS run ON run.id = summary.id
        WHERE summary.id IN (SELECT value FROM json_each(:runs))
        ORDER BY summary.id
        """,
        ["runs": .json(ids)]
      ).map { try ComparedRun($0) }
      // A damaged index may find a run twice.
      var runs = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      try addParameters(to: &runs, json: .json(ids), in: db)
      try addMetrics(metrics, to: &runs, json: .json(ids), in: db)
      return ids.compactMap { runs[$0] }
    }
  }

  private func addParameters(
    to runs: inout [Int: ComparedRun], json: SQLValue, in db: Database
  ) throws {
    let rows = try db.rows(
      """
      SELECT run_id, name, value
      FROM params
      WHERE run_id IN (SELECT value FROM json_each(:runs))
      ORDER BY run_id, name
      """,
      ["runs": json])
    for row in rows {
      runs[try row.integer("run_id")]?.parameters[try row.text("name")] = row["value"]
    }
  }

  private func addMetrics(
    _ names: [String]?, to runs: inout [Int: ComparedRun], json: SQLValue, in db: Database
  ) throws {
    let rows = try db.rows(
      """
      SELECT run_id, name, count, nan_count, first_step, first_value, last_step, last_epoch,
        last_value, min_value, min_step, max_value, max_step
      FROM metric_series
      WHERE run_id IN (SELECT value FROM json_each(:runs))
        AND (:names IS NULL OR name IN (SELECT value FROM json_each(:names)))
      ORDER BY run_id, name
      """,
      ["runs": json, "names": try names.map(SQLValue.json) ?? .null])
    for row in rows {
      let summary = try MetricSummary(row)
      runs[try row.integer("run_id")]?.metrics[summary.name] = summary
    }
  }

  /// The epochs of the best points of a run's metrics, by the metric's name.
  public func bestEpochs(ofRun run: Int) throws -> [String: Int] {
    try read { db in
      let rows = try db.rows(
        """
        SELECT series.name, low.epoch AS min_epoch, high.epoch AS max_epoch
        FROM metric_series AS series
        LEFT JOIN metric_points AS low
          ON low.series_id = series.id AND low.step = series.min_step
        LEFT JOIN metric_points AS high
          ON high.series_id = series.id AND high.step = series.max_step
        WHERE series.run_id = :run
        ORDER BY series.name
        """,
        ["run": SQLValue(run)])
      var epochs: [String: Int] = [:]
      for row in rows {
        let name = try row.text("name")
        epochs[name] = try row.optionalInteger(
          RunSelector.prefersLargerValues(ofMetric: name) ? "max_epoch" : "min_epoch")
      }
      return epochs
    }
  }
}

extension SQLValue {
  /// A JSON array of whole numbers.
  fileprivate static func json(_ numbers: [Int]) -> SQLValue {
    .text("[" + numbers.map(String.init).joined(separator: ",") + "]")
  }

  /// A JSON array of texts.
  fileprivate static func json(_ texts: [String]) throws -> SQLValue {
    .text(String(decoding: try JSONEncoder().encode(texts), as: UTF8.self))
  }
}

extension MetricSummary {
  /// The best value: the largest of accuracies and the like, the smallest of others; nil if all are NaN.
  public var best: Double? {
    RunSelector.prefersLargerValues(ofMetric: name) ? maximum : minimum
  }
}
