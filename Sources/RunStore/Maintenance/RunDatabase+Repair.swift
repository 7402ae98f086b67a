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
      guard try !SchemaCheck(of: db, version: EmbeddedSchema.version).preventsReading else {
        return false
      }
      try db.execute(sql: "REINDEX")
      for statement in Self.statementsAgainstDanglingRows { try db.run(statement) }
      try ChangeCounter.mend(in: db)
      try db.run(
        """
        UPDATE histograms
        SET count = MAX(0, CAST(list_total(counts) AS INTEGER))
        WHERE count <> MAX(0, CAST(list_total(counts) AS INTEGER))
        """)
      try db.run(
        "UPDATE runs SET heartbeat_seconds = :day WHERE heartbeat_seconds > :day",
        ["day": SQLValue(SignsOfLife.longestPromise)])
      try db.run(
        "UPDATE runs SET heartbeat_at = :time WHERE \(Self.isHeardFromTomorrow)",
        [
          "time": SQLValue(time),
          "tomorrow": SQLValue(time + Double(SignsOfLife.longestPromise)),
        ])
      for run in try db.rows("SELECT DISTINCT run_id FROM metric_series ORDER BY run_id") {
        try recomputeSummaries(ofRun: try run.integer("run_id"), in: db)
      }
      // One that only slept finds its token gone when it wakes up, and stops.
      for run in try staleRuns(seenFrom: machine, at: time, in: db) {
        try db.run(
          """
          UPDATE runs
          SET status = 'interrupted', error = 'Its process died.', owner = NULL,
            ended_at = CASE
              WHEN heartbeat_at <= :time THEN MAX(heartbeat_at, COALESCE(started_at, heartbeat_at))
              ELSE MAX(started_at, :time) END
          WHERE id = :run
          """, ["run": SQLValue(run.id), "time": SQLValue(time)])
      }
      return true
    }
    if isReadable { try removeUnusedContent(seenFrom: machine, at: time) }
    return try examine(seenFrom: machine, at: time)
  }

  /// Drops triggers of others, and makes indices, views and triggers anew that are missing or altered.
  private func remakeSchema(in db: Database) throws {
    let check = try SchemaCheck(of: db, version: EmbeddedSchema.version)
    try check.dropIntruders(in: db)
    for (_, index) in check.changed where index.kind == "index" {
      try db.execute(sql: index.removal)
    }
    // Dropping a view drops its triggers, so that all of them are looked for again.
    let left = try SchemaCheck(of: db, version: EmbeddedSchema.version)
    let tables = Set(try SchemaObject.all(in: db).map(\.name))
    for index in left.missing where index.kind == "index" && tables.contains(index.table) {
      try db.execute(sql: index.sql)
    }
    try left.makeMissing(in: db)
  }

  private static let statementsAgainstDanglingRows = EmbeddedSQL.statements(
    PackageResources.repair_dangling_rows_sql)
}
