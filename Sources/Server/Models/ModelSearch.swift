import GRDB
import RunStore

extension Call {
  /// `POST logged-models/search`.
  func searchModels() throws -> [UInt8] {
    try page(called: "models", usual: 100, room: 1_024) { limit, offset in
      try ModelSearch(message).ids(in: db, limit: limit, offset: offset)
    } write: { id, writer in
      try write(model: id, to: &writer)
    }
  }
}

/// Which logged models are asked for, and in which order.
struct ModelSearch {
  private var sql = SearchSQL()
  private var orders: [String] = []

  private static let numericAttributes = [
    "creation_timestamp": "model.created_at", "creation_time": "model.created_at",
    "last_updated_timestamp": "model.updated_at", "last_updated_time": "model.updated_at",
    "creation_timestamp_ms": "model.created_at", "last_updated_timestamp_ms": "model.updated_at",
  ]
  private static let textAttributes = [
    "name": "model.name", "model_id": "model.id", "model_type": "model.model_type",
    "status": "upper(model.status)", "status_message": "model.status_message",
    "experiment_id": "iif(model.experiment_id = 1, '0', CAST(model.experiment_id AS TEXT))",
    "artifact_location": ArtifactPlace.modelURI, "lifecycle_stage": "'active'",
    "source_run_id": """
    COALESCE((SELECT uuid FROM runs WHERE runs.id = model.source_run_id), \(HiddenTag.run.ofModel))
    """,
  ]

  init(_ message: Message) throws {
    let experiments = try message.texts("experiment_ids")
    guard !experiments.isEmpty else { throw Refusal.missing("experiment_ids") }
    let numbers = try experiments.map { sql.bind(.integer(Int64(try Rules.experiment($0)))) }
    sql.require("model.experiment_id IN (\(numbers.joined(separator: ", ")))")
    sql.require("model.deleted_at IS NULL")
    let clauses = try FilterParser.clauses(of: message.text("filter") ?? "")
    let datasets = try message.messages("datasets").map { dataset in
      let name = sql.bind(.text(try dataset.requiredText("dataset_name")))
      let digest = try dataset.text("dataset_digest").map { sql.bind(.text($0)) }
      return "(dataset_name = \(name)\(digest.map { " AND dataset_digest = \($0)" } ?? ""))"
    }
    let measured = datasets.isEmpty ? "" : " AND (\(datasets.joined(separator: " OR ")))"
    if !datasets.isEmpty, !clauses.contains(where: { $0.key.entity == .metric }) {
      sql.require("EXISTS (SELECT 1 FROM model_metrics WHERE model_id = model.id\(measured))")
    }
    for clause in clauses { sql.require(try Self.condition(clause, measured, &sql)) }
    for order in try message.messages("order_by") { orders.append(try Self.order(order, &sql)) }
    orders.append("model.created_at DESC")
    orders.append("model.id")
  }

  /// The models of a page.
  func ids(in db: Database, limit: Int, offset: Int) throws -> [String] {
    try sql.page(
      of: "model.id", from: "models AS model", by: orders, limit: limit, offset: offset, in: db
    ) { $0.value(at: 0).text }
  }

  private static func condition(
    _ clause: SearchClause, _ measured: String, _ sql: inout SearchSQL
  ) throws -> String {
    guard clause.comparator != .isNull, clause.comparator != .isNotNull else {
      throw SearchSQL.invalid(clause)
    }
    let name = clause.key.name
    switch clause.key.entity {
    case .attribute:
      if let column = numericAttributes[name] { return try sql.compare(number: column, clause) }
      guard let column = textAttributes[name] else {
        throw Refusal.invalid("Invalid attribute key '\(name)' for the search of logged models.")
      }
      return try sql.compare(text: column, clause.withText)
    case .metric:
      let parameter = sql.bind(.text(name))
      return """
        EXISTS (
          SELECT 1 FROM model_metrics
          WHERE model_id = model.id AND name = \(parameter)
            AND \(try sql.compare(number: "value", clause))\(measured))
        """
    case .param, .tag:
      let table = clause.key.entity == .param ? "model_params" : "model_tags"
      let text = """
        SELECT value FROM \(table) WHERE model_id = model.id AND name = \(sql.bind(.text(name)))
        """
      return try sql.compare(text: text, clause.withText)
    case .dataset:
      throw Refusal.invalid("Logged models are not searched by '\(name)' of datasets.")
    }
  }

  private static func order(_ order: Message, _ sql: inout SearchSQL) throws -> String {
    let field = try order.requiredText("field_name")
    let direction = try order.flag("ascending") ?? true ? "ASC" : "DESC"
    if let column = numericAttributes[field] ?? textAttributes[field] {
      return "(\(column)) IS NULL, \(column) \(direction)"
    }
    guard field.hasPrefix("metrics."), field.count > 8 else {
      throw Refusal.invalid(
        "Invalid order by field name: \(field), only attributes and `metrics.<name>` are allowed.")
    }
    let name = sql.bind(.text(String(field.dropFirst(8))))
    let dataset = try order.text("dataset_name").flatMap { $0.isEmpty ? nil : $0 }
    let digest = try order.text("dataset_digest").flatMap { $0.isEmpty ? nil : $0 }
    let measured =
      (dataset.map { " AND dataset_name = \(sql.bind(.text($0)))" } ?? "")
      + (digest.map { " AND dataset_digest = \(sql.bind(.text($0)))" } ?? "")
    let latest = """
      SELECT value FROM model_metrics
      WHERE model_id = model.id AND name = \(name)\(measured)
      ORDER BY recorded_at DESC, step DESC, repeat DESC
      LIMIT 1
      """
    return "(\(latest)) IS NULL, (\(latest)) \(direction)"
  }
}

extension SearchClause {
  /// Unlike those of runs, texts of models are compared with numbers without quotes as well.
  fileprivate var withText: SearchClause {
    guard case .number(let number) = value else { return self }
    return SearchClause(key: key, comparator: comparator, value: .text(number))
  }
}
