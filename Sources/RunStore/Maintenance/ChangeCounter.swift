import GRDB

/// `metadata.change`, the counter from which each change of a run takes its number.
struct ChangeCounter {
  /// The number that the last change took; nil if that is missing or no whole number.
  let value: Int?
  /// The largest number that runs, present and removed, have.
  let newest: Int

  init(in db: Database) throws {
    let row = try db.row(
      """
      SELECT
        (SELECT value FROM metadata WHERE name = 'change') AS value,
        MAX(
          COALESCE((SELECT MAX(change) FROM runs), 0),
          COALESCE((SELECT MAX(change) FROM removed_runs), 0)) AS newest
      """)
    value = (row?["value"].integer).map { Int($0) }
    newest = try row?.integer("newest") ?? 0
  }

  /// What is wrong with it, in words; nil for one that counts.
  var fault: String? {
    switch value {
    case nil: "is missing or no number"
    case let value? where value < newest: "is behind the changes of runs"
    case let value? where value > Int.max - Self.lead: "is at its end"
    default: nil
    }
  }

  /// More changes than there can be in the life of a file.
  static let lead = 1 << 40

  /// Lets a counter that does not count go on above the changes of runs, or, where they are at the end
  /// themselves, begin anew. Either way all runs have changed.
  static func mend(in db: Database) throws {
    let counter = try ChangeCounter(in: db)
    guard counter.fault != nil else { return }
    try renumber(above: counter.newest > Int.max - lead ? 0 : counter.newest, in: db)
  }

  /// Gives all runs new numbers, in the order of those that they have.
  static func renumber(above base: Int, in db: Database) throws {
    for statement in renumbering { try db.run(statement, withSomeOf: ["base": SQLValue(base)]) }
  }

  private static let renumbering = EmbeddedSQL.statements(PackageResources.renumber_changes_sql)
}
