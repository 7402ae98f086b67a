import Foundation
import GRDB
import TestSupport
import Testing

@testable import RunStore

/// A file of version 1 becomes one of version 2 with every value that it had.
@Suite struct UpgradeTests {
  let folder: TemporaryFolder
  let path: String

  /// Makes a file of version 1 with rows in every table.
  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("old.db")
    let script = try #require(
      Bundle.module.url(
        forResource: "v1_everything", withExtension: "sql", subdirectory: "Fixtures"))
    let old = try PlainConnection(path: path)
    try old.execute(EmbeddedSchema.firstScript)
    try old.execute(try String(contentsOf: script, encoding: .utf8))
  }

  /// Every value of the given columns, by table.
  private func values(
    of path: String, like schema: [String: [String]]
  ) throws -> [String: [[SQLValue]]] {
    let queue = try DatabaseReader(path)
    return try schema.reduce(into: [:]) { values, table in
      let columns = table.value.joined(separator: ", ")
      values[table.key] = try queue.rows("SELECT \(columns) FROM \(table.key) ORDER BY \(columns)")
    }
  }

  /// The columns of each table.
  private func columns(of path: String) throws -> [String: [String]] {
    let reader = try DatabaseReader(path)
    let rows = try reader.rows(
      """
      SELECT entry.name, column.name
      FROM sqlite_schema AS entry
      JOIN pragma_table_info(entry.name) AS column
      WHERE entry.type = 'table'
      ORDER BY entry.name, column.cid
      """)
    return rows.reduce(into: [:]) { tables, row in
      tables[row[0].text ?? "", default: []].append(row[1].text ?? "")
    }
  }

  @Test func everyValueOfEveryOldColumnStays() throws {
    var columns = try columns(of: path)
    // Infinities no longer are the least or the largest value; the test below looks at these.
    columns["metric_series"]?.removeAll { $0.hasPrefix("min_") || $0.hasPrefix("max_") }
    #expect(columns.count == 16)
    let before = try values(of: path, like: columns)
    for (table, rows) in before { #expect(!rows.isEmpty, "\(table) is empty") }
    _ = try RunDatabase(writingTo: path)
    let after = try values(of: path, like: columns)
    for table in columns.keys.sorted() { #expect(after[table] == before[table], "\(table)") }
    // The copy beside it is the file as it was.
    #expect(try values(of: path + ".v1", like: columns) == before)
  }

  @Test func aRunHasTheDigestThatPlainSQLFindsInTheOldFile() throws {
    let file = try #require(
      Bundle.module.url(forResource: "v1_digest", withExtension: "sql", subdirectory: "Fixtures"))
    let statements = EmbeddedSQL.statements([UInt8](try Data(contentsOf: file)))
    let queue = try DatabaseQueue(path: path)
    let expected = try queue.read { db in
      try [3, 5, 6].map { try RunParts(statements, ofRun: $0, in: db).digest }
    }
    try queue.close()
    #expect(Set(expected).count == 3)
    // Merged and exported as an old file, upgraded, and merged and exported afterwards.
    func expectDigests(_ file: String, _ name: String) throws {
      let database = try RunDatabase(readingFrom: file)
      #expect(try [3, 5, 6].map { try database.digest(ofRun: $0).content } == expected, "\(name)")
      let merged = try RunDatabase(writingTo: folder.path("merged-\(name).db"))
      _ = try merged.merge(from: file, seenFrom: .unknown, at: StoreFixture.start)
      #expect(try [1, 2, 3].map { try merged.digest(ofRun: $0).content } == expected, "\(name)")
      for (run, digest) in zip([3, 5, 6], expected) {
        let one = folder.path("\(name)-\(run).db")
        try database.exportRun(run, to: one, seenFrom: .unknown, at: StoreFixture.start)
        #expect(try RunDatabase(readingFrom: one).digest(ofRun: 1).content == digest, "\(name)")
        let again = try merged.merge(from: one, seenFrom: .unknown, at: StoreFixture.start)
        #expect(again.map(\.outcome) == [.present], "\(name)")
      }
    }
    try expectDigests(path, "old")
    _ = try RunDatabase(writingTo: path)
    try expectDigests(path, "upgraded")
  }

  @Test func theLeastAndTheLargestBecomeFinite() throws {
    _ = try RunDatabase(writingTo: path)
    #expect(
      try DatabaseReader(path).rows(
        """
        SELECT name, min_value, min_step, min_epoch, max_value, max_step, max_epoch, infinite_count
        FROM metric_series
        WHERE run_id = 3
        ORDER BY name
        """)
        == [
          ["odd", -1.0, 9, 4, 1e308, 7, 4, 2], ["val/loss", 0.25, 2, 2, 0.5, 1, 1, 0],
        ])
  }

  @Test func anUpgradedFileAndANewOneHaveOneText() throws {
    let fresh = folder.path("fresh.db")
    _ = try RunDatabase(writingTo: fresh)
    _ = try RunDatabase(writingTo: path)
    let text = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"
    #expect(try DatabaseReader(path).rows(text) == DatabaseReader(fresh).rows(text))
    #expect(try DatabaseReader(path).rows("PRAGMA user_version") == [[2]])
    let found = try RunDatabase(readingFrom: path)
      .examine(seenFrom: .unknown, at: StoreFixture.start)
    #expect(found == [])
  }

  @Test func runsAreNumberedAndMetricsAreKnown() throws {
    _ = try RunDatabase(writingTo: path)
    let reader = try DatabaseReader(path)
    #expect(
      try reader.rows("SELECT id, change FROM runs ORDER BY id") == [[3, 1], [5, 2], [6, 3]])
    #expect(try reader.rows("SELECT value FROM metadata WHERE name = 'change'") == [[3]])
    #expect(
      try reader.rows("SELECT name, goal FROM metric_names ORDER BY name")
        == [["odd", .null], ["val/loss", "min"]])
    #expect(
      try reader.rows("SELECT id, heartbeat_seconds FROM runs ORDER BY id")
        == [[3, 10], [5, .null], [6, 10]])
  }

  @Test(arguments: [
    ("CREATE VIEW mine AS SELECT id FROM runs", "view mine"),
    ("CREATE TABLE mine (a)", "table mine"),
    ("CREATE INDEX mine ON runs (note)", "index mine"),
    ("CREATE TRIGGER mine AFTER DELETE ON runs BEGIN DELETE FROM tags; END", "trigger mine"),
  ])
  func aFileInWhichOthersKeepSomethingIsRefusedByName(sql: String, name: String) throws {
    try PlainConnection(path: path).execute(sql)
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(throws: RunStoreError.foreignObjects(path: path, names: [name])) {
      try RunDatabase(writingTo: path)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    #expect(!FileManager.default.fileExists(atPath: path + ".v1"))
  }

  @Test func namesOfOthersAreNeverRunAsSQL() throws {
    let victim = folder.path("victim.db")
    try PlainConnection(path: path).execute(
      """
      CREATE VIEW "v; ATTACH '\(victim)' AS x; CREATE TABLE x.t (a)" AS SELECT 1;
      CREATE TABLE "models" (mine);
      CREATE VIRTUAL TABLE words USING fts5(a);
      CREATE INDEX "a"";b" ON runs (note);
      """)
    let reader = try RunDatabase(readingFrom: path)
    #expect(try reader.run(3).note == "a remark")
    #expect(try reader.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
    #expect(try reader.remarks().filter { $0.kind == .foreignObject }.count == 9)
    #expect(!FileManager.default.fileExists(atPath: victim))
  }

  @Test func triggersOfOthersAreDroppedByMending() throws {
    try PlainConnection(path: path).execute(
      "CREATE TRIGGER mine AFTER DELETE ON runs BEGIN DELETE FROM tags; END")
    let reader = try RunDatabase(readingFrom: path)
    #expect(
      reader.notices == [
        .olderVersion(path: path, found: 1, newest: 2),
        .foreignSchema(path: path, names: ["trigger mine"]),
      ])
    #expect(
      try reader.examine(seenFrom: .unknown, at: StoreFixture.start).map(\.kind)
        == [.foreignTrigger])
    let mended = try RunDatabase(mending: path)
    #expect(try mended.repair(seenFrom: .unknown, at: StoreFixture.start) == [])
    #expect(
      try DatabaseReader(path + ".v1").rows("SELECT name FROM sqlite_schema WHERE name = 'mine'")
        == [["mine"]])
  }

  @Test(arguments: ["ALTER TABLE runs ADD COLUMN mood TEXT", "DROP TABLE alerts"])
  func aTableThatIsNotOursIsNotUnderstood(sql: String) throws {
    try PlainConnection(path: path).execute(sql)
    #expect(throws: RunStoreError.self) { try RunDatabase(readingFrom: path) }
    #expect(throws: RunStoreError.self) { try RunDatabase(writingTo: path) }
    #expect(throws: RunStoreError.self) { try RunDatabase(mending: path) }
    #expect(try DatabaseReader(path).rows("PRAGMA user_version") == [[1]])
  }

  @Test func anUpgradeThatWasKilledIsDoneAgainWithOneCopy() throws {
    let files = FileManager.default
    let copies = { try files.contentsOfDirectory(atPath: folder.url.path).sorted() }
    let old = folder.path("kept")
    try files.copyItem(atPath: path, toPath: old)
    _ = try RunDatabase(writingTo: path)
    // What a program leaves that is killed after the copy, and before the end.
    for file in try copies() where file.hasPrefix("old.db") && file != "old.db.v1" {
      try files.removeItem(atPath: folder.path(file))
    }
    try files.copyItem(atPath: old, toPath: path)
    _ = try RunDatabase(writingTo: path)
    #expect(try copies().filter { $0.contains(".v1") } == ["old.db.v1"])
    // Who writes meanwhile gets a copy of that, too.
    try PlainConnection(path: old).execute("UPDATE runs SET note = 'later'")
    for file in try copies() where file.hasPrefix("old.db") && file != "old.db.v1" {
      try files.removeItem(atPath: folder.path(file))
    }
    try files.copyItem(atPath: old, toPath: path)
    _ = try RunDatabase(writingTo: path)
    #expect(try copies().filter { $0.contains(".v1") } == ["old.db.v1", "old.db.v1-2"])
  }

  @Test func aFileWithALivingRunIsRefused() throws {
    try PlainConnection(path: path).execute(
      "INSERT INTO runs (id, name) VALUES (20, 'alive'), (21, 'too')")
    #expect(throws: RunStoreError.runsAlive(path: path, runs: ["20 (alive)", "21 (too)"])) {
      try RunDatabase(writingTo: path)
    }
    #expect(try RunDatabase(readingFrom: path).run(20).name == "alive")
    #expect(try DatabaseReader(path).rows("PRAGMA user_version") == [[1]])
  }

  @Test func whatOnlyReadsLeavesTheFileAlone() throws {
    try PlainConnection(path: path).execute("CREATE VIEW mine AS SELECT id FROM runs")
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(try RunDatabase(readingFrom: path).run(3).note == "a remark")
    #expect(try StatementReader(readingFrom: path).rows("SELECT COUNT(*) FROM media") == [[0]])
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["old.db"])
  }

  @Test func whoReadsWaitsForAProgramThatWrites() throws {
    // Only one thread at a time uses the connection.
    nonisolated(unsafe) let writer = try PlainConnection(path: path)
    try writer.execute("PRAGMA journal_mode = DELETE")
    for read in [
      { _ = try RunDatabase(readingFrom: path).run(3) },
      { try RunDatabase.requireFile(at: path) },
      { _ = try SchemaCheck.ofFile(at: path) },
    ] {
      try writer.execute("BEGIN EXCLUSIVE")
      DispatchQueue.global().asyncAfter(deadline: .now() + 0.1) { try? writer.execute("COMMIT") }
      try read()
    }
  }

  @Test func mergingTakesOlderFiles() throws {
    let target = try RunDatabase(writingTo: folder.path("new.db"))
    let merged = try target.merge(from: path, seenFrom: .unknown, at: StoreFixture.start)
    #expect(merged.map(\.outcome) == [.added, .added, .added])
    let again = try target.merge(from: path, seenFrom: .unknown, at: StoreFixture.start)
    #expect(again.map(\.outcome) == [.present, .present, .present])
    #expect(try target.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
  }
}

/// Reads a file of any version as it is.
private struct DatabaseReader {
  private let queue: DatabaseQueue

  init(_ path: String) throws { queue = try DatabaseQueue(path: path) }

  func rows(_ sql: String) throws -> [[SQLValue]] {
    try queue.read { db in try db.rows(sql).map(\.values) }
  }
}
