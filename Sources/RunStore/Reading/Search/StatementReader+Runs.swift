extension StatementReader {
  /// The ids of the runs that `search` finds, the first first. Deleted runs are not found.
  /// - Throws: `RunSearchError`, `RunStoreError`.
  public func runs(_ search: RunSearch) throws -> [Int] {
    let vocabulary =
      search.needsVocabulary
      ? try vocabulary(deleted: search.isDeleted)
      : RunVocabulary(parameters: [], metrics: [], tags: [])
    if case .value(let name) = search.order { try vocabulary.require(name) }
    var goal: MetricGoal?
    if let metric = search.order.metric {
      goal = try goals(
        "SELECT name, goal FROM metric_names WHERE name = :metric", ["metric": .text(metric)]
      ).first?.goal
      guard goal != nil else { throw RunStoreError.unknownGoal(metric: metric) }
    }
    let statement = try RunSearchStatement(search, goal: goal, vocabulary: vocabulary)
    var ids: [Int] = []
    do {
      try select(
        statement.sql, parameters: statement.parameters, onColumns: { _ in },
        onRow: { row in
          if let id = row.first?.integer { ids.append(Int(id)) }
        })
    } catch RunStoreError.invalidSQL(let message) {
      throw vocabulary.explanation(of: message, about: search.condition ?? "")
    } catch RunStoreError.unknownParameter(let name, _), RunStoreError.missingParameter(let name) {
      if let name = vocabulary.unquotedName(in: search.condition ?? "") {
        throw RunSearchError.unquotedName(name)
      }
      throw RunSearchError.malformedCondition(detail: "the parameter '\(name)' has no value")
    }
    return ids
  }

  /// Values of runs by the names that a condition has for them, a row a run in the order of `runs`; nil for
  /// what a run does not have.
  /// - Returns: The rows, and which of the names are parameters.
  /// - Throws: `RunSearchError`, `RunStoreError`.
  public func values(
    _ names: [String], ofRuns runs: [Int], deleted: Bool = false
  ) throws -> (rows: [[SQLValue?]], areParameters: [Bool]) {
    let vocabulary = try vocabulary(deleted: deleted)
    for name in names { try vocabulary.require(name) }
    let words = try names.map { try vocabulary.word(called: $0) }
    let statement = try RunSearchStatement(
      valuesOf: names, words, runs: runs, deleted: deleted, vocabulary: vocabulary)
    var rows: [Int64: [SQLValue?]] = [:]
    try select(
      statement.sql, parameters: statement.parameters, onColumns: { _ in },
      onRow: { row in
        guard let id = row.first?.integer else { return }
        var areThere = row.dropFirst(1 + words.count).makeIterator()
        rows[id] = zip(words, row.dropFirst()).map { word, value -> SQLValue? in
          guard let word else { return value == .null ? nil : value }
          let isThere = areThere.next() == .integer(1)
          return value != .null ? value : isThere ? word.valueOfNull : nil
        }
      })
    return (runs.compactMap { rows[Int64($0)] }, words.map { $0?.kind == .param })
  }

  /// The names of the parameters of all runs that are not deleted.
  public func parameterNames() throws -> [String] {
    try names(Self.parameterNames, ["deleted": false])
  }

  /// The names of the metrics of all runs that are not deleted.
  public func metricNames() throws -> [String] {
    try goals(Self.metricNames, ["deleted": false]).map(\.name)
  }

  /// The names of the layers, and of what else histograms are of.
  /// - Parameter run: The run that has them; nil for all that are not deleted.
  public func layerNames(ofRun run: Int64?) throws -> [String] {
    try names(
      """
      WITH chosen (id) AS (
        SELECT id FROM runs WHERE id = :run OR (:run IS NULL AND deleted_at IS NULL)
      )
      SELECT name FROM layers WHERE run_id IN (SELECT id FROM chosen)
      UNION
      SELECT layer FROM histograms WHERE run_id IN (SELECT id FROM chosen)
      ORDER BY name
      """, ["run": run.map { .integer($0) } ?? .null])
  }

  /// The names of what runs have.
  /// - Parameter deleted: Whether these are the deleted runs, or the others.
  private func vocabulary(deleted: Bool) throws -> RunVocabulary {
    let parameters = ["deleted": SQLValue(deleted)]
    return try RunVocabulary(
      parameters: names(Self.parameterNames, parameters),
      metrics: goals(Self.metricNames, parameters), tags: names(Self.tagNames, parameters))
  }

  /// The names of all parameters, from one to the next in the index: reading a million rows for ten names
  /// takes longer than finding the runs.
  private static let parameterNames = """
    WITH RECURSIVE names (name) AS (
      SELECT MIN(name) FROM params
      UNION ALL
      SELECT (SELECT MIN(name) FROM params WHERE params.name > names.name)
      FROM names
      WHERE name IS NOT NULL
    )
    SELECT name
    FROM names
    WHERE EXISTS (
      SELECT 1
      FROM params
      JOIN runs ON runs.id = params.run_id
      WHERE params.name = names.name AND (runs.deleted_at IS NOT NULL) = :deleted)
    ORDER BY name
    """

  private static let metricNames = """
    SELECT name, goal
    FROM metric_names AS metric
    WHERE EXISTS (
      SELECT 1
      FROM metric_series AS series
      JOIN runs ON runs.id = series.run_id
      WHERE series.name = metric.name AND (runs.deleted_at IS NOT NULL) = :deleted)
    ORDER BY name COLLATE natural_order
    """

  private static let tagNames = """
    SELECT DISTINCT tags.name
    FROM tags
    JOIN runs ON runs.id = tags.run_id
    WHERE (runs.deleted_at IS NOT NULL) = :deleted
    ORDER BY tags.name
    """

  private func goals(
    _ sql: String, _ parameters: [String: SQLValue] = [:]
  ) throws -> [(name: String, goal: MetricGoal?)] {
    var goals: [(name: String, goal: MetricGoal?)] = []
    try select(
      sql, parameters: parameters, onColumns: { _ in },
      onRow: { row in
        if let name = row.first?.text {
          goals.append((name, row.last?.text.flatMap(MetricGoal.init)))
        }
      })
    return goals
  }

  private func names(_ sql: String, _ parameters: [String: SQLValue]) throws -> [String] {
    var names: [String] = []
    try select(
      sql, parameters: parameters, onColumns: { _ in }, onRow: { names += $0.compactMap(\.text) })
    return names.distinctNames
  }
}

extension RunSearch {
  /// Whether names other than the ranking metric's have to be looked up.
  fileprivate var needsVocabulary: Bool {
    if case .value(let name) = order, !Self.runColumns.contains(name) { return true }
    return condition != nil
  }
}

extension RunVocabulary {
  fileprivate func require(_ name: String) throws {
    guard try word(called: name) != nil || column(called: name) != nil else {
      throw RunSearchError.unknownName(name, known: plainNames)
    }
  }

  /// What is wrong with a condition, from SQLite's words.
  fileprivate func explanation(of message: String, about condition: String) -> RunSearchError {
    if let name = unquotedName(in: condition) { return .unquotedName(name) }
    let prefix = "no such column: "
    guard message.hasPrefix(prefix) else { return .malformedCondition(detail: message) }
    return .unknownName(String(message.dropFirst(prefix.count)), known: plainNames)
  }
}
