import Foundation
import GRDB

/// Makes a file of version 1 one of version 2, in the transaction of the caller.
///
/// No table that others refer to is dropped, which would empty those: the tables keep their rows and get
/// the text of `schema.sql`, whose new columns stand after all older ones. Only `metric_points` and
/// `histograms`, whose keys change and to which nothing refers, are made anew. So a file that was
/// upgraded and a new one have the same text.
struct FirstVersionUpgrade {
  /// The path that errors name.
  let path: String
  let db: Database

  private static let rebuilt = ["metric_points", "histograms"]

  /// - Throws: `runsAlive` while runs are alive by the rule of version 1.
  func requireNobodyRuns() throws {
    let machine = Machine.current()
    let running = try db.rows(
      """
      SELECT id, name, host, boot_id, pid
      FROM runs
      WHERE status = 'running'
        AND heartbeat_at >= (julianday('now') - 2440587.5) * 86400000 - 60000
      ORDER BY id
      """)
    let alive = try running.filter { row in
      let knowledge = try machine.knowledge(
        host: row.optionalText("host"), bootID: row.optionalText("boot_id"), pidNamespace: nil,
        pid: row.optionalInteger("pid"))
      return knowledge != .isGone && knowledge != .isGoneFromHere
    }
    guard alive.isEmpty else {
      throw RunStoreError.runsAlive(
        path: path, runs: try alive.map { "\(try $0.integer("id")) (\(try $0.text("name")))" })
    }
  }

  /// Does the work; the caller's transaction is open, and foreign keys are off. Rows that point to no row
  /// are carried over: they are for doctor.
  /// - Returns: Those rows, in words.
  func apply() throws -> [String] {
    let before = try counts()
    let danglingRows = try db.danglingRows()
    let target = EmbeddedSchema.objects
    for object in try SchemaObject.all(in: db)
    where object.kind == "view" || object.kind == "trigger" {
      try db.execute(sql: object.removal)
    }
    let tables = target.filter { $0.kind == "table" }
    let present = Set(try SchemaObject.all(in: db).map(\.name))
    for name in Self.rebuilt { try db.execute(sql: "ALTER TABLE \(name) RENAME TO old_\(name)") }
    try db.execute(sql: "PRAGMA writable_schema = ON")
    for table in tables where present.contains(table.name) && !Self.rebuilt.contains(table.name) {
      try db.run(
        "UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = :name",
        ["sql": .text(table.sql), "name": .text(table.name)])
    }
    try db.execute(sql: "PRAGMA writable_schema = RESET")
    for table in tables where !present.contains(table.name) || Self.rebuilt.contains(table.name) {
      try db.execute(sql: table.sql)
    }
    for statement in EmbeddedSQL.statements(PackageResources.upgrade_v1_sql) {
      try db.run(statement)
    }
    let made = Set(try SchemaObject.all(in: db).map(\.name))
    for object in target where object.kind != "table" {
      if object.kind == "index" && made.contains(object.name) { continue }
      try db.execute(sql: object.sql)
    }
    try db.run(
      """
      INSERT INTO metric_names (name)
      SELECT DISTINCT name FROM metric_series ORDER BY name
      """)
    try recomputeInfiniteSeries()
    try numberRuns()
    try check(before, danglingRows)
    return danglingRows
  }

  /// The least and the largest value of version 1 may be infinite.
  private func recomputeInfiniteSeries() throws {
    let series = try db.rows(
      """
      SELECT id, run_id
      FROM metric_series
      WHERE abs(min_value) = 9e999 OR abs(max_value) = 9e999
      ORDER BY id
      """)
    for row in series {
      try db.run(
        RunDatabase.summaryRecomputation, ["run": row["run_id"], "series": row["id"]])
    }
  }

  /// The changes of the past are numbered by run.
  private func numberRuns() throws {
    try db.execute(
      sql: """
        UPDATE runs
        SET change = numbered.change
        FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS change FROM runs) AS numbered
        WHERE numbered.id = runs.id;

        UPDATE metadata
        SET value = (SELECT COUNT(*) FROM runs)
        WHERE name = 'change';
        """)
  }

  private func counts() throws -> [String: Int] {
    var counts: [String: Int] = [:]
    for table in EmbeddedSchema.objects(ofVersion: 1) ?? [] where table.kind == "table" {
      counts[table.name] = try db.returnedInteger("SELECT COUNT(*) FROM \(table.name)")
    }
    return counts
  }

  private func check(_ before: [String: Int], _ danglingRows: [String]) throws {
    let after = try counts()
    for (table, count) in before where after[table] != count {
      throw RunStoreError.corrupt(
        path: path, detail: "\(count) rows of \(table) became \(after[table] ?? 0)")
    }
    if let rows = try db.danglingRows().first(where: { !danglingRows.contains($0) }) {
      throw RunStoreError.corrupt(path: path, detail: rows)
    }
    if let damage = try db.damage(by: .whole) {
      throw RunStoreError.corrupt(path: path, detail: damage)
    }
  }
}
