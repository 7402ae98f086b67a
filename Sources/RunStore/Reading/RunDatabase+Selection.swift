import GRDB

extension RunDatabase {
  /// The id of the run that `selector` names.
  ///
  /// Of several runs with one name, the one that started last is meant.
  /// - Parameter deleted: Whether to look among the deleted runs; otherwise these are not found.
  /// - Throws: `noSuchRun`, `isDeleted`, `isNotDeleted`, `ambiguousRun`, `noRuns` or `noRunWithMetric`.
  public func runID(_ selector: RunSelector, deleted: Bool = false) throws -> Int {
    try read { db in
      switch selector.target {
      case .latest: try latestRun(deleted: deleted, in: db)
      case .best(let metric): try bestRun(byMetric: metric, deleted: deleted, in: db)
      case .text(let text): try run(called: text, deleted: deleted, in: db)
      }
    }
  }

  /// The id of the run that `selector` names, without an epoch.
  /// - Throws: `wholeRunsOnly`, and what `runID` throws.
  public func runID(ofWhole selector: RunSelector, deleted: Bool = false) throws -> Int {
    if let epoch = selector.epoch { throw RunStoreError.wholeRunsOnly(epoch: epoch) }
    return try runID(selector, deleted: deleted)
  }

  /// The id of the run that `selector` names, where a name that several runs have is not enough.
  /// - Throws: `severalRuns`, and what `runID` throws.
  public func runID(ofOnly selector: RunSelector, deleted: Bool = false) throws -> Int {
    let run = try runID(ofWhole: selector, deleted: deleted)
    let namesakes = try namesakes(of: selector, deleted: deleted)
    if namesakes.count > 1, case .text(let name) = selector.target {
      throw RunStoreError.severalRuns(name: name, ids: namesakes)
    }
    return run
  }

  /// The ids of all runs that have the name which `selector` says; none if it says no name.
  public func namesakes(of selector: RunSelector, deleted: Bool = false) throws -> [Int] {
    guard case .text(let name) = selector.target, Int(name) == nil else { return [] }
    return try read { db in
      try db.rows(
        """
        SELECT id FROM runs WHERE name = :name AND (deleted_at IS NOT NULL) = :deleted ORDER BY id
        """, ["name": .text(name), "deleted": SQLValue(deleted)]
      ).map { try $0.integer("id") }
    }
  }

  /// The tag that a person means by `name` or `name=value`, which some run has: the exact name of a tag comes
  /// before the meaning of `=`.
  /// - Parameter deleted: Whether to look among the deleted runs instead of the others.
  /// - Throws: `noRunWithTag`, which names the tags there are.
  public func tag(
    _ name: String, _ value: String?, deleted: Bool = false
  ) throws -> (name: String, value: String?) {
    try read { db in
      let known = try db.rows(
        """
        SELECT DISTINCT tag.name
        FROM tags AS tag
        JOIN runs AS run ON run.id = tag.run_id
        WHERE (run.deleted_at IS NOT NULL) = :deleted
        ORDER BY tag.name COLLATE natural_order
        """, ["deleted": SQLValue(deleted)]
      ).map { try $0.text("name") }
      if let value, known.containsExactly("\(name)=\(value)") { return ("\(name)=\(value)", nil) }
      guard known.containsExactly(name) else {
        throw RunStoreError.noRunWithTag(name: name, known: known)
      }
      return (name, value)
    }
  }

  /// Whether there is a run of exactly this name, deleted or not.
  func hasRun(called name: String) throws -> Bool {
    try read { db in
      try db.row("SELECT 1 FROM runs WHERE name = :name LIMIT 1", ["name": .text(name)]) != nil
    }
  }

  /// Whether some run has a metric of exactly this name.
  func hasMetric(_ name: String) throws -> Bool {
    try read { db in try hasMetric(name, in: db) }
  }

  private func hasMetric(_ name: String, in db: Database) throws -> Bool {
    try db.row("SELECT 1 FROM metric_names WHERE name = :name", ["name": .text(name)]) != nil
  }

  private func latestRun(deleted: Bool, in db: Database) throws -> Int {
    let row = try db.row(
      """
      SELECT id
      FROM runs
      WHERE (deleted_at IS NOT NULL) = :deleted
      ORDER BY started_at DESC, id DESC
      LIMIT 1
      """, ["deleted": SQLValue(deleted)])
    guard let row else { throw RunStoreError.noRuns }
    return try row.integer("id")
  }

  /// A run that ended in NaN or infinity only wins if all did; neither is ever the best value.
  /// - Throws: `unknownGoal` if nobody knows which values of the metric are better.
  private func bestRun(byMetric metric: String, deleted: Bool, in db: Database) throws -> Int {
    guard try hasMetric(metric, in: db) else { throw RunStoreError.noRunWithMetric(name: metric) }
    guard let goal = try goal(ofMetric: metric, in: db) else {
      throw RunStoreError.unknownGoal(metric: metric)
    }
    let row = try db.row(
      """
      SELECT run.id
      FROM metric_series AS series
      JOIN runs AS run ON run.id = series.run_id
      WHERE series.name = :metric
        AND series.min_value IS NOT NULL
        AND (run.deleted_at IS NOT NULL) = :deleted
      ORDER BY
        series.last_value IS NULL OR abs(series.last_value) = 9e999,
        CASE WHEN :largest THEN -series.max_value ELSE series.min_value END,
        run.id
      LIMIT 1
      """,
      [
        "metric": .text(metric), "largest": SQLValue(goal == .maximum),
        "deleted": SQLValue(deleted),
      ])
    guard let row else { throw RunStoreError.noRunWithMetric(name: metric) }
    return try row.integer("id")
  }

  private func run(called text: String, deleted: Bool, in db: Database) throws -> Int {
    let id = Int(text)
    let found = try db.row(
      "SELECT deleted_at IS NOT NULL AS is_deleted FROM runs WHERE id = :id", ["id": SQLValue(id)])
    let isDeleted = try found?.integer("is_deleted") == 1
    // Who names a run twice must not meet another one that is called by its number.
    if let id, found != nil {
      guard isDeleted == deleted else {
        throw isDeleted ? RunStoreError.isDeleted(run: id) : RunStoreError.isNotDeleted(run: id)
      }
      return id
    }
    let named = try db.row(
      """
      SELECT id, (deleted_at IS NOT NULL) = :deleted AS is_meant
      FROM runs
      WHERE name = :name
      ORDER BY (deleted_at IS NOT NULL) = :deleted DESC, started_at DESC, id DESC
      LIMIT 1
      """,
      ["name": .text(text), "deleted": SQLValue(deleted)])
    guard let named else {
      if id != nil { throw RunStoreError.noSuchRun(selector: text) }
      return try run(withPrefix: text, deleted: deleted, in: db)
    }
    let run = try named.integer("id")
    guard try named.integer("is_meant") == 1 else {
      throw deleted ? RunStoreError.isNotDeleted(run: run) : RunStoreError.isDeleted(run: run)
    }
    return run
  }

  private func run(withPrefix prefix: String, deleted: Bool, in db: Database) throws -> Int {
    let rows = try db.rows(
      """
      SELECT id, uuid
      FROM runs
      WHERE substr(uuid, 1, length(:prefix)) = :prefix AND (deleted_at IS NOT NULL) = :deleted
      ORDER BY uuid
      LIMIT 10
      """,
      ["prefix": .text(prefix.lowercased()), "deleted": SQLValue(deleted)])
    guard let first = rows.first else { throw RunStoreError.noSuchRun(selector: prefix) }
    guard rows.count == 1 else {
      throw RunStoreError.ambiguousRun(
        prefix: prefix, candidates: try rows.map { try $0.text("uuid") })
    }
    return try first.integer("id")
  }
}
