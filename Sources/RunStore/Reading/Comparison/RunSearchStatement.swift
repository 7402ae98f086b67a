/// The one statement that finds and orders runs.
///
/// It is put together from fixed parts, and two texts that come from outside: the condition, which
/// `ConditionScanner` has seen, and names, which stand in quotes as names of columns. All else is bound. A
/// name becomes a column only if the condition could mean it, because SQLite allows 2,000 columns.
struct RunSearchStatement {
  let sql: String
  private(set) var parameters: [String: SQLValue]

  init(_ search: RunSearch, goal: MetricGoal?, vocabulary: RunVocabulary) throws {
    var parameters: [String: SQLValue] = [
      "experiment": SQLValue(search.experiment), "tracker_limit": SQLValue(search.limit ?? -1),
    ]
    var columns = ""
    let mentioned = [search.condition ?? "", search.order.valueName.map(Self.quoted) ?? ""]
      .joined(separator: " ").lowercased()
    for (index, word) in vocabulary.words.enumerated()
    where mentioned.contains(Self.quoted(word.name).dropFirst().dropLast().lowercased()) {
      let parameter = "tracker_\(index)"
      parameters[parameter] = .text(word.storedName)
      columns += ",\n    \(word.expression.sql(parameter)) AS \(Self.quoted(word.name))"
    }
    parameters["metric"] = SQLValue(search.order.metric)
    if let condition = search.condition { try ConditionScanner.check(condition) }
    sql = """
      SELECT id
      FROM (
        SELECT \(Self.runColumns)\(columns),
          ranked.count AS tracker_count,
          ranked.last_value AS tracker_final,
          ranked.min_value AS tracker_smallest,
          ranked.max_value AS tracker_largest,
          ranked.last_value IS NULL OR abs(ranked.last_value) = 9e999 AS tracker_diverged
        FROM run_summary AS summary
        JOIN runs AS run ON run.id = summary.id
        LEFT JOIN metric_series AS ranked ON ranked.run_id = run.id AND ranked.name = :metric
        WHERE :experiment IS NULL OR summary.experiment = :experiment)
      WHERE (\(search.condition ?? "TRUE")
      )
      ORDER BY \(Self.order(search, goal)), id
      LIMIT :tracker_limit
      """
    self.parameters = parameters
  }

  private static let runColumns = RunSearch.runColumns.map { column -> String in
    let isOfRun = [
      "seed", "host", "command", "version", "git_commit", "git_dirty", "parent_run_id", "error",
    ].contains(column)
    return "\(isOfRun ? "run" : "summary").\(column) AS \(column)"
  }.joined(separator: ", ")

  /// The terms of ORDER BY.
  private static func order(_ search: RunSearch, _ goal: MetricGoal?) -> String {
    let column: String
    let descends = goal == .maximum
    switch search.order {
    case .value(let name):
      return "\(quoted(name)) \(search.isReversed ? "DESC" : "ASC") NULLS LAST"
    case .best:
      column = descends ? "tracker_largest" : "tracker_smallest"
    case .final:
      column = "tracker_final"
    }
    let direction = descends != search.isReversed ? "DESC" : "ASC"
    return "tracker_count IS NULL, tracker_diverged, \(column) \(direction) NULLS LAST"
  }

  /// A name as SQL writes it.
  private static func quoted(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
  }
}

extension RunSearch.Order {
  /// The metric that ranks; nil if something else does.
  var metric: String? {
    switch self {
    case .best(let metric), .final(let metric): metric
    case .value: nil
    }
  }

  /// The name that has to be looked up; nil for a metric, which is ranked by a join.
  fileprivate var valueName: String? {
    if case .value(let name) = self { name } else { nil }
  }
}
