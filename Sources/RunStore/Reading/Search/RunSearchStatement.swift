/// The one statement that finds and orders runs.
///
/// It is put together from fixed parts, and a condition, which `ConditionScanner` has seen and in which names
/// of parameters, metrics and tags have become those of columns. All else is bound. Only what is named becomes
/// a column, because SQLite allows 2,000.
struct RunSearchStatement {
  let sql: String
  private(set) var parameters: [String: SQLValue]

  init(_ search: RunSearch, goal: MetricGoal?, vocabulary: RunVocabulary) throws {
    var columns = Columns(vocabulary: vocabulary)
    let condition = try search.condition.map { try columns.translating($0) }
    let order = try Self.order(search, goal, &columns)
    let tags = columns.conditions(on: search.tags)
    sql = """
      \(search.isDeleted ? "WITH run_summary AS (\(Self.deletedSummary))" : "")
      SELECT id
      FROM (
        SELECT \(Self.runColumns)\(columns.sql),
          run.started_at AS tracker_started,
          ranked.count AS tracker_count,
          ranked.last_value AS tracker_final,
          ranked.min_value AS tracker_smallest,
          ranked.max_value AS tracker_largest,
          ranked.last_value IS NULL OR abs(ranked.last_value) = 9e999 AS tracker_diverged
        FROM run_summary AS summary
        JOIN runs AS run ON run.id = summary.id
        LEFT JOIN metric_series AS ranked ON ranked.run_id = run.id AND ranked.name = :metric
        WHERE (:experiment IS NULL OR summary.experiment = :experiment)\(tags))
      WHERE (\(condition ?? "TRUE")
      )
      ORDER BY \(order), id
      LIMIT :tracker_limit
      """
    parameters = columns.parameters
    parameters["metric"] = SQLValue(search.order.metric)
    parameters["experiment"] = SQLValue(search.experiment)
    parameters["tracker_limit"] = SQLValue(search.limit ?? -1)
  }

  /// The id of each run, values of it, and then of those that have words whether they are there.
  init(
    valuesOf names: [String], _ words: [RunVocabulary.Word?], runs: [Int], deleted: Bool,
    vocabulary: RunVocabulary
  ) throws {
    var columns = Columns(vocabulary: vocabulary)
    let values = zip(names, words).map { name, word in
      word.map { columns.add($0) } ?? vocabulary.column(called: name) ?? quoted(name)
    }
    let places = words.compactMap { $0 }.map { columns.addPlace(of: $0) }
    sql = """
      \(deleted ? "WITH run_summary AS (\(Self.deletedSummary))" : "")
      SELECT \((["id"] + values + places).joined(separator: ", "))
      FROM (
        SELECT \(Self.runColumns)\(columns.sql)
        FROM run_summary AS summary
        JOIN runs AS run ON run.id = summary.id
        WHERE run.id IN (SELECT value FROM json_each(:tracker_runs)))
      """
    parameters = columns.parameters
    parameters["tracker_runs"] = .json(runs)
  }

  /// The columns that stand for the names in a condition.
  private struct Columns {
    let vocabulary: RunVocabulary
    private(set) var sql = ""
    private(set) var parameters: [String: SQLValue] = [:]

    init(vocabulary: RunVocabulary) {
      self.vocabulary = vocabulary
    }

    /// The condition with a column for each name of a value. A query within it keeps its names, which are
    /// mostly its own: there they are columns by their own name as well.
    mutating func translating(_ condition: String) throws -> String {
      let scanned = try ConditionScanner(condition)
      var translated: [UInt8] = []
      var end = 0
      for name in scanned.names {
        let column: String
        if let word = try vocabulary.word(called: name.text) {
          column = add(word, called: name.isInQuery ? quoted(name.text) : nil)
        } else if let known = vocabulary.column(called: name.text) {
          column = known
        } else {
          continue
        }
        guard !name.isInQuery else { continue }
        translated += scanned.bytes[end..<name.place.lowerBound] + column.utf8
        end = name.place.upperBound
      }
      return String(decoding: translated + scanned.bytes[end...], as: UTF8.self)
    }

    /// Conditions on the tags of the run `run`, each after an AND.
    mutating func conditions(on tags: [(name: String, value: String?)]) -> String {
      tags.map { tag in
        let (name, value) = ("tracker_\(parameters.count)", "tracker_\(parameters.count + 1)")
        parameters[name] = .text(tag.name)
        parameters[value] = SQLValue(tag.value)
        return """

              AND EXISTS (
                SELECT 1
                FROM tags
                WHERE run_id = run.id AND name = :\(name) AND value = COALESCE(:\(value), value))
          """
      }.joined()
    }

    /// - Returns: The name of the column.
    mutating func add(_ word: RunVocabulary.Word, called name: String? = nil) -> String {
      let parameter = "tracker_\(parameters.count)"
      parameters[parameter] = .text(word.storedName)
      sql += ",\n    \(word.sql(parameter)) AS \(name ?? parameter)"
      return name ?? parameter
    }

    /// - Returns: The name of a column that tells whether the value is there.
    mutating func addPlace(of word: RunVocabulary.Word) -> String {
      let parameter = "tracker_\(parameters.count)"
      parameters[parameter] = .text(word.storedName)
      sql += ",\n    \(word.isThere(parameter)) AS \(parameter)"
      return parameter
    }
  }

  private static let runColumns = (RunSearch.runColumns + ["tags"]).map { column -> String in
    if let sql = derived[column] { return "\(sql) AS \(column)" }
    let isOfRun = [
      "host", "command", "version", "git_commit", "git_dirty", "parent_run_id", "error",
    ].contains(column)
    return "\(isOfRun ? "run" : "summary").\(column) AS \(column)"
  }.joined(separator: ", ")

  /// The columns that are more than one of a table.
  private static let derived = [
    "seed":
      "COALESCE(run.seed, (SELECT value FROM params WHERE run_id = run.id AND name = 'seed'))",
    "tags": RunSummary.tags { $0 },
  ]

  /// What the view `run_summary` selects, of the deleted runs.
  private static let deletedSummary: String = {
    let view = EmbeddedSchema.objects.first { $0.name == "run_summary" }?.sql ?? ""
    let query = String(view.split(separator: "AS", maxSplits: 1).last ?? "")
    return query.replacing("run.deleted_at IS NULL", with: "run.deleted_at IS NOT NULL")
  }()

  /// The terms of ORDER BY.
  private static func order(
    _ search: RunSearch, _ goal: MetricGoal?, _ columns: inout Columns
  ) throws -> String {
    let column: String
    let descends = goal == .maximum
    switch search.order {
    case .value(let name):
      let vocabulary = columns.vocabulary
      let column =
        try vocabulary.word(called: name).map { columns.add($0) }
        ?? vocabulary.column(called: name) ?? quoted(name)
      return "\(column) COLLATE natural_order \(search.isReversed ? "DESC" : "ASC") NULLS LAST"
    case .newest:
      return search.isReversed ? "tracker_started, id" : "tracker_started DESC, id DESC"
    case .best:
      column = descends ? "tracker_largest" : "tracker_smallest"
    case .final:
      column = "tracker_final"
    }
    let direction = descends != search.isReversed ? "DESC" : "ASC"
    return "tracker_count IS NULL, tracker_diverged, \(column) \(direction) NULLS LAST"
  }
}

/// A name as SQL writes it.
private func quoted(_ name: String) -> String {
  "\"" + name.replacing("\"", with: "\"\"") + "\""
}

extension RunSearch.Order {
  /// The metric that ranks; nil if something else does.
  var metric: String? {
    switch self {
    case .best(let metric), .final(let metric): metric
    case .value, .newest: nil
    }
  }
}
