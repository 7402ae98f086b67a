import GRDB
import RunStore

/// Which experiments are asked for, and in which order.
struct ExperimentSearch {
  private var sql = SearchSQL()
  private var orders: [String] = []

  private static let numericAttributes = [
    "creation_time": "experiment.created_at",
    "last_update_time": "COALESCE(experiment.updated_at, experiment.created_at)",
  ]
  private static let name = """
    CASE WHEN experiment.id = 1 AND experiment.name = 'default' THEN 'Default' ELSE experiment.name END
    """
  private static let id = """
    CASE experiment.id WHEN 1 THEN '0' ELSE CAST(experiment.id AS TEXT) END
    """

  init(filter: String, order: [String], view: ViewType) throws {
    switch view {
    case .activeOnly: sql.require("experiment.deleted_at IS NULL")
    case .deletedOnly: sql.require("experiment.deleted_at IS NOT NULL")
    case .all: sql.require("1")
    }
    for clause in try FilterParser.clauses(of: filter) {
      sql.require(try Self.condition(clause, &sql))
    }
    var names: Set<String> = []
    for text in order {
      let (key, isDescending) = try FilterParser.order(text)
      let column = Self.numericAttributes[key.name] ?? Self.orderableTexts[key.name]
      guard key.entity == .attribute, let column else {
        throw Refusal.invalid(
          "Invalid order_by key '\(key.name)'. Valid keys are 'creation_time', 'experiment_id',"
            + " 'last_update_time', 'name'.")
      }
      names.insert(key.name)
      orders.append("\(column) \(isDescending ? "DESC" : "ASC")")
    }
    if orders.isEmpty { orders.append("experiment.created_at DESC") }
    if !names.contains("experiment_id") { orders.append(Self.number) }
  }

  private static let number = "CASE experiment.id WHEN 1 THEN 0 ELSE experiment.id END"
  private static let orderableTexts = ["name": name, "experiment_id": number]

  /// The experiments of a page.
  func ids(in db: Database, limit: Int, offset: Int) throws -> [Int] {
    try sql.page(
      of: "experiment.id", from: "experiments AS experiment", by: orders, limit: limit,
      offset: offset, in: db
    ) { $0.value(at: 0).integer.map { Int($0) } }
  }

  private static func condition(_ clause: SearchClause, _ sql: inout SearchSQL) throws -> String {
    switch (clause.key.entity, clause.key.name) {
    case (.attribute, "name"):
      switch clause.comparator {
      case .equal, .notEqual, .like, .likeInAnyCase:
        return try sql.compare(text: name, clause)
      default: throw SearchSQL.invalid(clause)
      }
    case (.attribute, "experiment_id"):
      switch clause.comparator {
      case .equal, .notEqual, .among, .notAmong: return try sql.compare(text: id, clause)
      default: throw SearchSQL.invalid(clause)
      }
    case (.attribute, let attribute):
      guard let column = numericAttributes[attribute] else {
        throw Refusal.invalid(
          "Invalid attribute key '\(attribute)' specified. Valid keys are 'creation_time',"
            + " 'experiment_id', 'last_update_time', 'name'.")
      }
      guard case .number(let number) = clause.value, Int64(number) != nil else {
        throw Refusal.invalid("Expected an integer value for '\(attribute)'.")
      }
      return try sql.compare(number: column, clause)
    case (.tag, let tag):
      guard clause.comparator != .among, clause.comparator != .notAmong else {
        throw SearchSQL.invalid(clause)
      }
      return try sql.compare(
        text: """
          SELECT value FROM experiment_tags
          WHERE experiment_id = experiment.id AND name = \(sql.bind(.text(tag)))
          """, clause)
    default:
      throw Refusal.invalid(
        "Experiments are searched by their attributes and tags, not by '\(clause.key.name)'.")
    }
  }
}
