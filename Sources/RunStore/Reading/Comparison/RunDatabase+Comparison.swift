import Foundation
import GRDB

extension RunDatabase {
  /// The names of all metrics, those that count most first.
  public func metricNames() throws -> [String] {
    try read { db in
      try db.rows(
        """
        SELECT name
        FROM metric_names
        ORDER BY rank IS NULL, rank, name COLLATE natural_order
        """
      ).map { try $0.text("name") }
    }
  }

  /// The names of the metrics that runs have, those that count most first.
  public func metricNames(ofRuns runs: [Int]) throws -> [String] {
    try read { db in
      try db.rows(
        """
        SELECT name
        FROM metric_names AS metric
        WHERE EXISTS (
          SELECT 1
          FROM metric_series AS series
          WHERE series.name = metric.name
            AND series.run_id IN (SELECT value FROM json_each(:runs)))
        ORDER BY rank IS NULL, rank, name COLLATE natural_order
        """, ["runs": .json(runs)]
      ).map { try $0.text("name") }
    }
  }

  /// The names of the parameters of runs, by name.
  /// - Parameters:
  ///   - differing: Only those that do not have one value in all of these runs.
  ///   - limit: The most to return; nil for all.
  public func parameterNames(
    ofRuns runs: [Int], differing: Bool, limit: Int? = nil
  ) throws -> [String] {
    try read { db in
      try db.rows(
        """
        WITH settings AS MATERIALIZED (
          SELECT name, distinguished(value) AS value
          FROM params
          WHERE run_id IN (SELECT value FROM json_each(:runs))
        )
        SELECT name
        FROM settings
        GROUP BY name
        HAVING NOT :differing
          OR COUNT(*) < :count
          OR MIN(value) IS NOT MAX(value)
          OR COUNT(value) NOT IN (0, COUNT(*))
        ORDER BY name COLLATE natural_order
        LIMIT :limit
        """,
        [
          "runs": .json(runs), "differing": SQLValue(differing ? 1 : 0),
          "count": SQLValue(Set(runs).count), "limit": SQLValue(limit ?? -1),
        ]
      ).map { try $0.text("name") }
    }
  }

  /// The names of the parameters in which runs differ: those with several values, and those that only
  /// some runs of a recipe have.
  /// - Parameter limit: The most to return; nil for all.
  public func differingParameters(
    amongRuns runs: [Int], limit: Int? = nil
  ) throws -> [String] {
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
        given AS MATERIALIZED (
          SELECT chosen.recipe, param.name, distinguished(param.value) AS value
          FROM chosen
          JOIN params AS param ON param.run_id = chosen.id
        ),
        settings AS (
          SELECT
            recipe, name, COUNT(*) AS settings, COUNT(value) AS known,
            MIN(value) AS least, MAX(value) AS greatest
          FROM given
          GROUP BY recipe, name
        )
        SELECT settings.name
        FROM settings
        JOIN recipes ON recipes.recipe = settings.recipe
        GROUP BY settings.name
        HAVING MIN(settings.least) IS NOT MAX(settings.greatest)
          OR MAX(settings.settings < recipes.total)
          OR MAX(settings.known NOT IN (0, settings.settings))
        ORDER BY settings.name COLLATE natural_order
        LIMIT :limit
        """,
        ["runs": .json(runs), "limit": SQLValue(limit ?? -1)]
      ).map { try $0.text("name") }
    }
  }

  /// Runs with their parameters, in the order of `ids`.
  /// - Parameters:
  ///   - metrics: The metrics to read; nil for all.
  ///   - parameters: The parameters to read; nil for all.
  public func comparedRuns(
    _ ids: [Int], metrics: [String]?, parameters: [String]? = nil
  ) throws -> [ComparedRun] {
    try read { db in
      let found = try db.rows(
        """
        SELECT summary.id, shortened(summary.name, :characters) AS name, summary.recipe,
          summary.experiment, run.status,
          run.heartbeat_at, run.heartbeat_seconds, run.host, run.boot_id, run.pid,
          run.pid_namespace, run.seed
        FROM run_summary AS summary
        JOIN runs AS run ON run.id = summary.id
        WHERE summary.id IN (SELECT value FROM json_each(:runs))
        ORDER BY summary.id
        """,
        ["runs": .json(ids), "characters": SQLValue(characters)]
      ).map { try ComparedRun($0) }
      // A damaged index may find a run twice.
      var runs = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
      try addParameters(parameters, to: &runs, json: .json(ids), in: db)
      try addMetrics(metrics, to: &runs, json: .json(ids), in: db)
      return ids.compactMap { runs[$0] }
    }
  }

  /// Runs with all their parameters, and with what else of them has one of these names: columns of runs,
  /// metrics and tags, as a condition calls them. A parameter comes before other things of its name.
  public func comparedRuns(
    _ ids: [Int], metrics: [String]?, groupedBy names: [String]
  ) throws -> [ComparedRun] {
    var runs = try comparedRuns(ids, metrics: metrics)
    let others = names.filter { name in runs.allSatisfy { $0.parameters[name] == nil } }
    guard !others.isEmpty else { return runs }
    let values = try StatementReader(readingFrom: path).values(others, ofRuns: runs.map(\.id)).rows
    for (index, values) in zip(runs.indices, values) {
      for (name, value) in zip(others, values) {
        if let value { runs[index].parameters[name] = value }
      }
    }
    return runs
  }

  private func addParameters(
    _ names: [String]?, to runs: inout [Int: ComparedRun], json: SQLValue, in db: Database
  ) throws {
    let rows = try db.rows(
      """
      SELECT run_id, name, iif(:characters, shortened(value, :characters), value) AS value
      FROM params
      WHERE run_id IN (SELECT value FROM json_each(:runs))
        AND (:names IS NULL OR name IN (SELECT value FROM json_each(:names)))
      ORDER BY run_id, name
      """,
      [
        "runs": json, "names": try names.map(SQLValue.json) ?? .null,
        "characters": SQLValue(characters),
      ])
    for row in rows {
      runs[try row.integer("run_id")]?.parameters[try row.text("name")] = row["value"]
    }
  }

  private func addMetrics(
    _ names: [String]?, to runs: inout [Int: ComparedRun], json: SQLValue, in db: Database
  ) throws {
    let rows = try db.rows(
      """
      SELECT run_id, name,
        (SELECT goal FROM metric_names AS metric WHERE metric.name = series.name) AS goal,
        count, nan_count, first_step, first_value, last_step, last_epoch,
        last_value, min_value, min_step, max_value, max_step, first_repeat, last_at, last_repeat,
        min_epoch, min_repeat, max_epoch, max_repeat, infinite_count
      FROM metric_series AS series
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
}
