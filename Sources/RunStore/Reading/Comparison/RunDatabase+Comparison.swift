import Foundation
import GRDB

extension RunDatabase {
  /// The names of the metrics that runs have, those that count most first.
  /// - Parameter deleted: Whether to look among the deleted runs instead of the others.
  public func metricNames(deleted: Bool = false) throws -> [String] {
    try read { db in
      try db.rows(
        """
        SELECT name
        FROM metric_names AS metric
        WHERE EXISTS (
          SELECT 1
          FROM metric_series AS series
          JOIN runs AS run ON run.id = series.run_id
          WHERE series.name = metric.name AND (run.deleted_at IS NOT NULL) = :deleted)
        ORDER BY rank IS NULL, rank, name COLLATE natural_order
        """, ["deleted": SQLValue(deleted)]
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
    if differing { return try differingParameters(amongRuns: runs, byRecipe: false, limit: limit) }
    return try read { db in
      try db.rows(
        """
        SELECT DISTINCT name
        FROM params
        WHERE run_id IN (SELECT value FROM json_each(:runs))
        ORDER BY name COLLATE natural_order
        LIMIT :limit
        """, ["runs": .json(runs), "limit": SQLValue(limit ?? -1)]
      ).map { try $0.text("name") }
    }
  }

  /// The names of the parameters in which runs differ: those with several values, and those that only
  /// some runs of a recipe have.
  /// - Parameter limit: The most to return; nil for all.
  public func differingParameters(
    amongRuns runs: [Int], limit: Int? = nil
  ) throws -> [String] {
    try differingParameters(amongRuns: runs, byRecipe: true, limit: limit)
  }

  /// - Parameter isByRecipe: Whether runs of other recipes need not have a parameter.
  private func differingParameters(
    amongRuns runs: [Int], byRecipe isByRecipe: Bool, limit: Int?
  ) throws -> [String] {
    let names = try read { db in
      // SQLite would sort all parameters of all runs to group them.
      var differences = ParameterDifferences()
      try db.forEachRow(
        """
        SELECT iif(:recipes, COALESCE(recipe, ''), '') AS recipe, COUNT(*) AS count
        FROM runs
        WHERE id IN (SELECT value FROM json_each(:runs))
        GROUP BY 1
        """, ["runs": .json(runs), "recipes": SQLValue(isByRecipe)]
      ) { row in differences.expect(try row.integer("count"), of: try row.text("recipe")) }
      try db.forEachRow(
        """
        SELECT iif(:recipes, COALESCE(run.recipe, ''), '') AS recipe, param.name,
          distinguished(\(NamedValues.parameter)) AS value
        FROM runs AS run
        JOIN params AS param ON param.run_id = run.id
        WHERE run.id IN (SELECT value FROM json_each(:runs))
        """, ["runs": .json(runs), "recipes": SQLValue(isByRecipe)]
      ) { row in
        let recipe = try row.text("recipe")
        differences.add(try row.text("name"), row["value"], ofRunOf: recipe)
      }
      return differences.names
    }
    return Array(names.prefix(limit ?? .max))
  }

  /// Runs with their parameters, in the order of `ids`.
  /// - Parameters:
  ///   - metrics: The metrics to read; nil for all.
  ///   - parameters: The parameters to read; nil for all.
  public func comparedRuns(
    _ ids: [Int], metrics: [String]?, parameters: [String]? = nil
  ) throws -> [ComparedRun] {
    try read { db in
      var (runs, places): ([ComparedRun], [Int: Int]) = ([], [:])
      try db.forEachRow(
        """
        SELECT run.id, shortened(run.name, :characters) AS name, run.recipe, summary.experiment,
          run.seed, run.status, run.heartbeat_at, run.host, run.boot_id, run.pid_namespace, run.pid,
          run.heartbeat_seconds
        FROM run_summary AS summary
        JOIN runs AS run ON run.id = summary.id
        WHERE run.id IN (SELECT value FROM json_each(:runs))
        """, ["runs": .json(ids), "characters": SQLValue(characters)]
      ) { row in
        let run = try ComparedRun(row)
        // A damaged index may find a run twice.
        guard places[run.id] == nil else { return }
        places[run.id] = runs.count
        runs.append(run)
      }
      try addParameters(parameters, to: &runs, places, json: .json(ids), in: db)
      try addMetrics(metrics, to: &runs, places, json: .json(ids), in: db)
      return ids.compactMap { id in places[id].map { runs[$0] } }
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
    _ names: [String]?, to runs: inout [ComparedRun], _ places: [Int: Int], json: SQLValue,
    in db: Database
  ) throws {
    if names?.isEmpty == true { return }
    let value = NamedValues.parameter
    try db.forEachRow(
      """
      SELECT run_id, name,
        iif(:characters, shortened(\(value), :characters), \(value)) AS value
      FROM params
      WHERE run_id IN (SELECT value FROM json_each(:runs))
        AND (:names IS NULL OR name IN (SELECT value FROM json_each(:names)))
      """,
      [
        "runs": json, "names": try names.map(SQLValue.json) ?? .null,
        "characters": SQLValue(characters),
      ]
    ) { row in
      guard let place = places[try row.integer("run_id")] else { return }
      runs[place].parameters[try row.text("name")] = row["value"]
    }
  }

  private func addMetrics(
    _ names: [String]?, to runs: inout [ComparedRun], _ places: [Int: Int], json: SQLValue,
    in db: Database
  ) throws {
    // A metric of all runs stands together in the index of names; all metrics of a run do so in the other.
    let source =
      if names == nil {
        """
        metric_series AS series
        LEFT JOIN metric_names AS metric ON metric.name = series.name
        """
      } else {
        """
        json_each(:names) AS wanted
        LEFT JOIN metric_names AS metric ON metric.name = wanted.value
        CROSS JOIN metric_series AS series ON series.name = wanted.value
        """
      }
    let values: KeyValuePairs =
      if let names { ["runs": json, "names": try .json(names)] } else { ["runs": json] }
    try db.forEachRow(
      """
      SELECT run_id, series.name, metric.goal,
        \(MetricSummary.columns)
      FROM \(source)
      WHERE series.run_id IN (SELECT value FROM json_each(:runs))
      """, values
    ) { row in
      guard let place = places[try row.integer("run_id")] else { return }
      let summary = try MetricSummary(row)
      runs[place].metrics[summary.name] = summary
    }
  }
}

/// Finds the parameters that runs do not all have with one value.
private struct ParameterDifferences {
  private struct Key: Hashable {
    let recipe: String
    let name: ExactName
  }

  private var runCounts: [String: Int] = [:]
  private var settings: [Key: (count: Int, noneCount: Int)] = [:]
  /// The first value of each name that is not None.
  private var values: [ExactName: SQLValue] = [:]
  private var differing: Set<ExactName> = []

  /// Says how many runs of a recipe there are.
  mutating func expect(_ count: Int, of recipe: String) { runCounts[recipe] = count }

  /// Takes in what a run has.
  mutating func add(_ name: String, _ value: SQLValue, ofRunOf recipe: String) {
    let name = ExactName(name)
    guard !differing.contains(name) else { return }
    settings[Key(recipe: recipe, name: name), default: (0, 0)].count += 1
    if value == .null {
      settings[Key(recipe: recipe, name: name)]?.noneCount += 1
    } else if let first = values[name] {
      if value.normalized != first { differing.insert(name) }
    } else {
      values[name] = value.normalized
    }
  }

  /// The names, in the order in which people look for them.
  var names: [String] {
    let incomplete = settings.filter { key, found in
      found.count < runCounts[key.recipe] ?? 0 || ![0, found.count].contains(found.noneCount)
    }
    return differing.union(incomplete.keys.map(\.name)).map(\.text).distinctNames
  }
}
