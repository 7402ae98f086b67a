import GRDB
import RunStore

extension Call {
  /// `POST runs/search`.
  func searchRuns() throws -> [UInt8] {
    let runs = RunAnswers(db: db)
    return try page(called: "runs", usual: 1_000, room: 2_048) { limit, offset in
      try RunSearch(
        experiments: message.texts("experiment_ids"), filter: message.text("filter") ?? "",
        order: message.texts("order_by"), view: message.choice("run_view_type") ?? .activeOnly
      ).ids(in: db, limit: limit, offset: offset)
    } write: { id, writer in
      try runs.write(id, to: &writer)
    }
  }
}

/// Which runs are asked for, and in which order.
struct RunSearch {
  private var sql = SearchSQL()
  private var orders: [String] = []

  /// - Parameter experiments: Ids of experiments; none finds nothing.
  init(experiments: [String], filter: String, order: [String], view: ViewType) throws {
    let numbers = try experiments.map { sql.bind(.integer(Int64(try Rules.experiment($0)))) }
    sql.require("run.experiment_id IN (\(numbers.joined(separator: ", ")))")
    switch view {
    case .activeOnly: sql.require("run.deleted_at IS NULL")
    case .deletedOnly: sql.require("run.deleted_at IS NOT NULL")
    case .all: break
    }
    for clause in try FilterParser.clauses(of: filter) {
      sql.require(try Self.condition(clause, &sql))
    }
    var seen: Set<SearchKey> = []
    for text in order {
      var (key, isDescending) = try FilterParser.order(text)
      if key.entity == .attribute {
        key = SearchKey(entity: .attribute, name: try Self.attribute(key.name))
      }
      guard seen.insert(key).inserted else {
        throw Refusal.invalid("`order_by` contains duplicate fields: '\(text)'")
      }
      orders.append(try Self.order(key, isDescending, &sql))
    }
    if !seen.contains(SearchKey(entity: .attribute, name: "start_time")) {
      orders.append("run.started_at DESC")
    }
    orders.append("run.uuid")
  }

  /// The runs of a page.
  func ids(in db: Database, limit: Int, offset: Int) throws -> [Int] {
    try sql.page(
      of: "run.id", from: "runs AS run", by: orders, limit: limit, offset: offset, in: db
    ) { $0.value(at: 0).integer.map { Int($0) } }
  }

  private static let numericAttributes = [
    "start_time": "run.started_at", "end_time": "run.ended_at",
  ]

  private static let textAttributes = [
    "run_id": "run.uuid", "run_name": "run.name", "status": RunAnswers.state,
    "user_id": RunAnswers.user, "artifact_uri": ArtifactPlace.runURI,
  ]

  /// The name of an attribute, which may have others.
  private static func attribute(_ name: String) throws -> String {
    let usual =
      switch name {
      case "run name", "Run name", "Run Name": "run_name"
      case "created", "Created": "start_time"
      default: name
      }
    guard numericAttributes[usual] != nil || textAttributes[usual] != nil else {
      throw Refusal.invalid(
        "Invalid attribute key '\(name)' specified. Valid keys are 'artifact_uri', 'end_time',"
          + " 'run_id', 'run_name', 'start_time', 'status', 'user_id'.")
    }
    return usual
  }

  private static func condition(_ clause: SearchClause, _ sql: inout SearchSQL) throws -> String {
    switch clause.key.entity {
    case .attribute: return try attributeCondition(clause, &sql)
    case .metric:
      let name = sql.bind(.text(clause.key.name))
      let condition = try sql.compare(number: "last_value", clause)
      return """
        EXISTS (
          SELECT 1 FROM metric_series
          WHERE run_id = run.id AND name = \(name) AND last_step IS NOT NULL AND \(condition))
        """
    case .param:
      guard !isList(clause) else { throw SearchSQL.invalid(clause) }
      return try sql.compare(text: param(clause.key.name, &sql), clause)
    case .tag:
      guard !isList(clause) else { throw SearchSQL.invalid(clause) }
      return try sql.compare(text: tag(clause.key.name, &sql), clause)
    case .dataset: return try datasetCondition(clause, &sql)
    }
  }

  private static func isList(_ clause: SearchClause) -> Bool {
    clause.comparator == .among || clause.comparator == .notAmong
  }

  private static func isNullCheck(_ clause: SearchClause) -> Bool {
    clause.comparator == .isNull || clause.comparator == .isNotNull
  }

  private static func attributeCondition(
    _ clause: SearchClause, _ sql: inout SearchSQL
  ) throws -> String {
    let name = try attribute(clause.key.name)
    if let column = numericAttributes[name] {
      return "\(column) IS NOT NULL AND \(try sql.compare(number: column, clause))"
    }
    guard let column = textAttributes[name], !isNullCheck(clause),
      !isList(clause) || name == "run_id"
    else { throw SearchSQL.invalid(clause) }
    return try sql.compare(text: column, clause)
  }

  private static func datasetCondition(
    _ clause: SearchClause, _ sql: inout SearchSQL
  ) throws -> String {
    let columns = ["name": "dataset.name", "digest": "dataset.digest", "context": "uses.context"]
    guard let column = columns[clause.key.name] else {
      throw Refusal.invalid(
        "Invalid dataset key '\(clause.key.name)' specified. Valid keys are 'context', 'digest',"
          + " 'name'.")
    }
    guard !isNullCheck(clause) else { throw SearchSQL.invalid(clause) }
    return """
      EXISTS (
        SELECT 1
        FROM run_datasets AS uses
        JOIN datasets AS dataset ON dataset.id = uses.dataset_id
        WHERE uses.run_id = run.id AND \(try sql.compare(text: column, clause)))
      """
  }

  private static func param(_ name: String, _ sql: inout SearchSQL) -> String {
    """
    SELECT param_text(value, text) FROM params WHERE run_id = run.id AND name = \(sql.bind(.text(name)))
    """
  }

  private static func tag(_ name: String, _ sql: inout SearchSQL) -> String {
    MirroredTag(rawValue: name)?.sql
      ?? "SELECT value FROM tags WHERE run_id = run.id AND name = \(sql.bind(.text(name)))"
  }

  /// Values first, then NaN, then runs without the key, in both directions.
  private static func order(
    _ key: SearchKey, _ isDescending: Bool, _ sql: inout SearchSQL
  ) throws -> String {
    let direction = isDescending ? "DESC" : "ASC"
    let value: String
    switch key.entity {
    case .attribute:
      guard let column = numericAttributes[key.name] ?? textAttributes[key.name] else {
        throw Refusal.invalid("Invalid order_by key '\(key.name)'.")
      }
      value = column
    case .metric:
      let series = """
        FROM metric_series
        WHERE run_id = run.id AND last_step IS NOT NULL AND name = \(sql.bind(.text(key.name)))
        """
      return """
        COALESCE((SELECT last_value IS NULL \(series)), 2), (SELECT last_value \(series)) \(direction)
        """
    case .param: value = param(key.name, &sql)
    case .tag: value = tag(key.name, &sql)
    case .dataset: throw Refusal.invalid("Runs cannot be ordered by their datasets.")
    }
    return "(\(value)) IS NULL, (\(value)) \(direction)"
  }
}
