import Foundation
import GRDB
import RunStore

/// Puts conditions and orders together as SQL; what others have written is bound, never part of it.
struct SearchSQL {
  /// The values of `?1`, `?2` …
  private(set) var values: [SQLValue] = []
  /// What must hold.
  private(set) var conditions: [String] = []

  /// Binds a value.
  /// - Returns: The parameter that stands for it.
  mutating func bind(_ value: SQLValue) -> String {
    values.append(value)
    return "?\(values.count)"
  }

  /// Adds a condition.
  mutating func require(_ condition: String) { conditions.append(condition) }

  /// A page of what meets the conditions.
  /// - Parameters:
  ///   - columns: What `element` reads, as SQL.
  ///   - table: Where it stands, as SQL.
  ///   - orders: The terms of ORDER BY.
  func page<Element>(
    of columns: String, from table: String, by orders: [String], limit: Int, offset: Int,
    in db: Database, _ element: (StatementHandle) -> Element?
  ) throws -> [Element] {
    var elements: [Element] = []
    try db.forEachStep(
      once: """
        SELECT \(columns)
        FROM \(table)
        WHERE \(conditions.joined(separator: "\n  AND "))
        ORDER BY \(orders.joined(separator: ", "))
        LIMIT \(limit) OFFSET \(offset)
        """, values
    ) { row in
      if let element = element(row) { elements.append(element) }
    }
    return elements
  }

  /// A condition on text.
  mutating func compare(text sql: String, _ clause: SearchClause) throws -> String {
    switch (clause.comparator, clause.value) {
    case (.equal, .text(let text)), (.notEqual, .text(let text)):
      let sign = clause.comparator == .equal ? "=" : "<>"
      return "(\(sql)) \(sign) \(bind(.text(text)))"
    case (.like, .text(let pattern)), (.likeInAnyCase, .text(let pattern)):
      let isAnyCase = clause.comparator == .likeInAnyCase ? 1 : 0
      return "is_like((\(sql)), \(bind(.text(pattern))), \(isAnyCase))"
    case (.among, .list(let list)), (.notAmong, .list(let list)):
      let parameters = list.map { bind(.text($0)) }.joined(separator: ", ")
      return "(\(sql)) \(clause.comparator.rawValue) (\(parameters))"
    case (.isNull, _): return "(\(sql)) IS NULL"
    case (.isNotNull, _): return "(\(sql)) IS NOT NULL"
    case (_, .number(let number)):
      throw Refusal.invalid(
        "Expected a quoted string value for '\(clause.key.name)'. Got value \(number)")
    default: throw Self.invalid(clause)
    }
  }

  /// A condition on a number; NULL is none, and fulfils nothing but what `null` says.
  mutating func compare(number sql: String, _ clause: SearchClause) throws -> String {
    let sign =
      switch clause.comparator {
      case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual: clause.comparator.rawValue
      case .notEqual: "IS NOT"
      default: throw Self.invalid(clause)
      }
    guard case .number(let number) = clause.value else {
      throw Refusal.invalid("Expected numeric value type for '\(clause.key.name)'.")
    }
    return
      "(\(sql)) \(sign) \(bind(Int64(number).map { .integer($0) } ?? .real(Double(number) ?? .nan)))"
  }

  /// The refusal of a comparison that its key does not know.
  static func invalid(_ clause: SearchClause) -> Refusal {
    .invalid(
      "Invalid comparator '\(clause.comparator.rawValue)' for '\(clause.key.name)' in the filter.")
  }
}
