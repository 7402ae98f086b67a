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

  /// Runs with their parameters, in the order of `ids`.
  /// - Parameters:
  ///   - metrics: The metrics to read; nil for all.
  ///   - parameters: The parameters to read; nil for all.
  public func comparedRuns(
    _ ids: [Int], metrics: [String]?, parameters: [String]? = nil
  ) throws -> [ComparedRun] {
    try read { db in
      let chosen = ChosenRuns(ids)
      var (runs, places): ([ComparedRun], [Int: Int]) = ([], [:])
      try db.forEachRow(
        """
        SELECT run.id, shortened(run.name, :characters) AS name, run.recipe, summary.experiment,
          run.seed, run.status, run.heartbeat_at, run.host, run.boot_id, run.pid_namespace, run.pid,
          run.heartbeat_seconds
        FROM run_summary AS summary
        JOIN runs AS run ON run.id = summary.id
        WHERE \(chosen.condition(on: "run.id"))
        """, ["runs": chosen.json, "characters": SQLValue(characters)]
      ) { row in
        let run = try ComparedRun(row)
        // A damaged index may find a run twice.
        guard places[run.id] == nil else { return }
        places[run.id] = runs.count
        runs.append(run)
      }
      try addParameters(parameters, to: &runs, places, of: chosen, in: db)
      try addMetrics(metrics, to: &runs, places, of: chosen, in: db)
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
    _ names: [String]?, to runs: inout [ComparedRun], _ places: [Int: Int], of chosen: ChosenRuns,
    in db: Database
  ) throws {
    if names?.isEmpty == true { return }
    var (run, place, count): (Int?, Int?, Int) = (nil, nil, 0)
    try db.forEachStep(
      """
      SELECT run_id, name, \(NamedValues.parameter)
      FROM params
      WHERE \(chosen.condition(on: "run_id"))
        AND (:names IS NULL OR name IN (SELECT value FROM json_each(:names)))
      """, ["runs": chosen.json, "names": try names.map(SQLValue.json) ?? .null]
    ) { row in
      // The parameters of a run come together, and most runs have as many.
      let id = row.integer(at: 0)
      if id != run {
        count = place.map { runs[$0].parameters.count } ?? count
        (run, place) = (id, places[id])
        if let place { runs[place].parameters.reserveCapacity(count) }
      }
      guard let place else { return }
      runs[place].parameters[row.text(at: 1)] = row.value(at: 2, characters: characters)
    }
  }

  private func addMetrics(
    _ names: [String]?, to runs: inout [ComparedRun], _ places: [Int: Int], of chosen: ChosenRuns,
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
      if let names {
        ["runs": chosen.json, "names": try .json(names)]
      } else {
        ["runs": chosen.json]
      }
    try db.forEachRow(
      """
      SELECT run_id, series.name, metric.goal,
        \(MetricSummary.columns)
      FROM \(source)
      WHERE \(chosen.condition(on: "series.run_id"))
      """, values
    ) { row in
      guard let place = places[try row.integer("run_id")] else { return }
      let summary = try MetricSummary(row)
      runs[place].metrics[summary.name] = summary
    }
  }
}
