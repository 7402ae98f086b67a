import GRDB
import RunStore

/// Which versions of registered models are asked for, and in which order.
struct VersionSearch {
  private var sql = SearchSQL()
  private var orders: [String] = []

  private static let numericAttributes = [
    "version_number": "version.version", "creation_timestamp": "version.created_at",
    "last_updated_timestamp": "version.updated_at",
  ]
  private static let textAttributes = [
    "name": "version.registered_model", "source_path": "version.source",
    "run_id": Call.versionRun,
  ]

  init(filter: String, order: [String]) throws {
    sql.require("1")
    for clause in try FilterParser.clauses(of: filter) {
      sql.require(try Self.condition(clause, &sql))
    }
    for text in order {
      let (key, isDescending) = try FilterParser.order(text)
      guard key.entity == .attribute, key.name != "source_path", key.name != "run_id",
        let column = Self.numericAttributes[key.name] ?? Self.textAttributes[key.name]
      else {
        throw Refusal.invalid(
          "Invalid order by key '\(key.name)' specified. Valid keys are 'creation_timestamp',"
            + " 'last_updated_timestamp', 'name', 'version_number'.")
      }
      try append(column, isDescending, to: &orders)
    }
    if orders.isEmpty { orders = ["version.updated_at DESC"] }
    orders += ["version.registered_model", "version.version DESC"]
  }

  /// The versions of a page.
  func keys(in db: Database, limit: Int, offset: Int) throws -> [(name: String, version: Int)] {
    try sql.page(
      of: "version.registered_model, version.version",
      from: "model_versions AS version LEFT JOIN runs AS run ON run.id = version.run_id",
      by: orders, limit: limit, offset: offset, in: db
    ) { row in
      guard let name = row.value(at: 0).text, let version = row.value(at: 1).integer else {
        return nil
      }
      return (name, Int(version))
    }
  }

  private static func condition(_ clause: SearchClause, _ sql: inout SearchSQL) throws -> String {
    let name = clause.key.name
    guard clause.comparator != .isNull, clause.comparator != .isNotNull else {
      throw SearchSQL.invalid(clause)
    }
    switch clause.key.entity {
    case .attribute:
      if let column = numericAttributes[name] {
        // Clients have the number of a version as text.
        guard case .text(let text) = clause.value, Int(text) != nil else {
          return try sql.compare(number: column, clause)
        }
        return try sql.compare(
          number: column,
          SearchClause(key: clause.key, comparator: clause.comparator, value: .number(text)))
      }
      guard let column = textAttributes[name] else {
        throw Refusal.invalid("Invalid attribute key '\(name)' for the search of model versions.")
      }
      return try sql.compare(text: column, clause)
    case .tag:
      let tag = """
        SELECT tag.value FROM model_version_tags AS tag
        WHERE tag.registered_model = version.registered_model AND tag.version = version.version
          AND tag.name = \(sql.bind(.text(name)))
        """
      return try sql.compare(promptAware: tag, name, clause)
    default:
      throw Refusal.invalid("Model versions are searched by their attributes and tags.")
    }
  }
}

/// Adds a term of ORDER BY; a column that is there already is refused.
private func append(_ column: String, _ isDescending: Bool, to orders: inout [String]) throws {
  guard !orders.contains(where: { $0.hasPrefix("\(column) ") }) else {
    throw Refusal.invalid("`order_by` contains duplicate fields.")
  }
  orders.append("\(column) \(isDescending ? "DESC" : "ASC")")
}

/// Which registered models are asked for, and in which order.
struct RegisteredModelSearch {
  private var sql = SearchSQL()
  private var orders: [String] = []

  private static let attributes = [
    "name": "model.name", "timestamp": "model.updated_at",
    "last_updated_timestamp": "model.updated_at",
  ]

  init(filter: String, order: [String]) throws {
    sql.require("1")
    for clause in try FilterParser.clauses(of: filter) {
      sql.require(try Self.condition(clause, &sql))
    }
    for text in order {
      let (key, isDescending) = try FilterParser.order(text)
      guard key.entity == .attribute, let column = Self.attributes[key.name] else {
        throw Refusal.invalid(
          "Invalid order by key '\(key.name)' specified. Valid keys are 'last_updated_timestamp',"
            + " 'name', 'timestamp'.")
      }
      try append(column, isDescending, to: &orders)
    }
    orders.append("model.name")
  }

  /// The names of a page.
  func names(in db: Database, limit: Int, offset: Int) throws -> [String] {
    try sql.page(
      of: "model.name", from: "registered_models AS model", by: orders, limit: limit,
      offset: offset, in: db
    ) { $0.value(at: 0).text }
  }

  private static func condition(_ clause: SearchClause, _ sql: inout SearchSQL) throws -> String {
    let name = clause.key.name
    switch clause.key.entity {
    case .attribute where name == "name":
      switch clause.comparator {
      case .equal, .notEqual, .like, .likeInAnyCase, .among, .notAmong:
        return try sql.compare(text: "model.name", clause)
      default: throw SearchSQL.invalid(clause)
      }
    case .tag:
      let tag = """
        SELECT tag.value FROM registered_model_tags AS tag
        WHERE tag.registered_model = model.name AND tag.name = \(sql.bind(.text(name)))
        """
      return try sql.compare(promptAware: tag, name, clause)
    default:
      throw Refusal.invalid("Registered models are searched by their name and tags.")
    }
  }
}

extension SearchSQL {
  /// A condition on a tag of the registry. Prompts are no models here, so that what asks for all but them
  /// finds everything.
  fileprivate mutating func compare(
    promptAware tag: String, _ name: String, _ clause: SearchClause
  ) throws -> String {
    let condition = try compare(text: tag, clause)
    guard name == "mlflow.prompt.is_prompt" else { return condition }
    let means = [SearchComparator.notEqual: "true", .equal: "false"]
    let includesAll =
      if case .text(let text) = clause.value { means[clause.comparator] == text } else { false }
    return includesAll ? "(\(condition) OR (\(tag)) IS NULL)" : condition
  }
}
