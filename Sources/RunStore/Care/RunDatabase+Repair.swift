import Foundation
import GRDB

extension RunDatabase {
  /// Mends what `examine` finds, as far as it can be mended: all of it or, after an error, nothing, but
  /// for content that nothing uses, which goes afterwards, a few chunks at a time.
  /// - Returns: What is still wrong afterwards.
  public func repair(seenFrom machine: Machine, at time: Date) throws -> [Finding] {
    let isReadable = try write { db in
      try remakeSchema(in: db)
      // What is left cannot be made anew, and without it there is nothing to mend.
      guard try !SchemaDifference.all(in: db).contains(where: \.preventsReading) else {
        return false
      }
      try db.execute(sql: "REINDEX")
      for statement in Self.statementsAgainstDanglingRows { try db.run(statement) }
      try db.run(
        """
        UPDATE histograms
        SET count = (
          SELECT MAX(0, CAST(COALESCE(TOTAL(value), 0) AS INTEGER)) FROM json_each(counts))
        WHERE count IS NOT (
          SELECT MAX(0, CAST(COALESCE(TOTAL(value), 0) AS INTEGER)) FROM json_each(counts))
        """)
      for run in try db.rows("SELECT DISTINCT run_id FROM metric_series ORDER BY run_id") {
        try recomputeSummaries(ofRun: try run.integer("run_id"), in: db)
      }
      for run in try staleRuns(seenFrom: machine, at: time, in: db) {
        try db.run(
          """
          UPDATE runs
          SET status = 'interrupted', ended_at = heartbeat_at, error = 'Its process died.'
          WHERE id = :run
          """, ["run": SQLValue(run.id)])
      }
      return true
    }
    if isReadable { try removeUnusedContent(seenFrom: machine, at: time) }
    return try examine(seenFrom: machine, at: time)
  }

  /// Makes indices, views and triggers anew that are missing or altered.
  private func remakeSchema(in db: Database) throws {
    let present = try SchemaObject.all(in: db)
    let altered = try SchemaDifference.all(in: db).map(\.object).filter { $0.kind != "table" }
    for object in altered
    where present.contains(where: { $0.kind == object.kind && $0.name == object.name }) {
      try db.execute(sql: "DROP \(object.kind) IF EXISTS \(object.name)")
    }
    // Dropping a view drops its triggers, so that all of them are looked for again.
    for difference in try SchemaDifference.all(in: db) where difference.isMissing {
      let object = difference.object
      let tables = Set(try SchemaObject.all(in: db).map(\.name))
      guard object.kind != "table", object.kind == "view" || tables.contains(object.table) else {
        continue
      }
      try db.execute(sql: object.sql)
    }
  }

  private static let statementsAgainstDanglingRows = EmbeddedSQL.statements(
    PackageResources.repair_dangling_rows_sql)
}
