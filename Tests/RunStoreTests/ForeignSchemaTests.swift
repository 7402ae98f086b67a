import Foundation
import GRDB
import TestSupport
import Testing

@testable import RunStore

/// What others put into the schema of a file neither runs nor answers in the place of ours.
@Suite struct ForeignSchemaTests {
  private static let endless =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n"

  /// A file with one run of three points, whose schema others have changed.
  private func file(changedBy sql: String) throws -> StoreFixture {
    let fixture = try StoreFixture()
    try fixture.record((1...3).map { MetricPoint(name: "val/loss", step: $0, value: 1) })
    try fixture.database.finishRun(fixture.run, status: .finished, at: StoreFixture.start)
    try fixture.execute(sql)
    return fixture
  }

  private func examine(_ path: String) throws -> [Finding] {
    try RunDatabase(readingFrom: path).examine(seenFrom: .unknown, at: StoreFixture.start)
  }

  @Test(arguments: [1, 2]) func theScriptIsReadAsSQLiteReadsIt(version: Int) throws {
    let script = version == 1 ? EmbeddedSchema.firstScript : EmbeddedSchema.script
    let stored = try DatabaseQueue().write { db in
      try db.execute(sql: script)
      return try SchemaObject.all(in: db)
    }
    let parsed = try #require(EmbeddedSchema.objects(ofVersion: version))
    #expect(parsed.count == stored.count)
    for (object, other) in zip(parsed, stored) { #expect(object.isSame(as: other), "\(object)") }
  }

  @Test(
    arguments: TestScope.some([
      ("CREATE TRIGGER t AFTER UPDATE ON runs BEGIN DELETE FROM metric_points; END", "trigger t"),
      (
        """
        CREATE TABLE theirs (a);
        CREATE TRIGGER "t;x" AFTER INSERT ON theirs BEGIN DELETE FROM runs; END
        """, "trigger t;x"
      ),
      (
        """
        CREATE VIEW theirs AS SELECT 1 AS a;
        CREATE TRIGGER t INSTEAD OF INSERT ON theirs BEGIN DELETE FROM runs; END
        """, "trigger t"
      ),
      (
        """
        DROP TRIGGER tags_inserted;
        CREATE TRIGGER tags_inserted AFTER INSERT ON tags BEGIN DELETE FROM params; END
        """, "trigger tags_inserted"
      ),
      ("DROP VIEW run_summary; CREATE VIEW Run_Summary AS \(endless)", "view Run_Summary"),
      ("CREATE UNIQUE INDEX nice ON checkpoints (epoch)", "index nice"),
      (
        """
        CREATE UNIQUE INDEX nice ON checkpoints (epoch);
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, 'CREATE ', 'CREATE/**/') WHERE name = 'nice';
        PRAGMA writable_schema = RESET
        """, "index nice"
      ),
      (
        """
        DROP INDEX checkpoints_by_weights;
        CREATE UNIQUE INDEX checkpoints_by_weights ON checkpoints (epoch)
        """, "index checkpoints_by_weights"
      ),
    ]))
  func whatRunsOrAnswersInsteadOfOursIsRefusedAndMended(sql: String, name: String) throws {
    let fixture = try file(changedBy: sql)
    let before = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
    #expect(
      throws: RunStoreError.foreignSchema(path: fixture.path, names: [name], isMendable: true)
    ) { try RunDatabase(writingTo: fixture.path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == before)
    // What reads goes on, and says so.
    let reader = try RunDatabase(readingFrom: fixture.path)
    let notice = FileNotice.foreignSchema(path: fixture.path, names: [name])
    #expect(reader.notices == [notice])
    #expect(try StatementReader(readingFrom: fixture.path).notices == [notice])
    #expect(try reader.runs(seenFrom: .unknown, at: Date()).map(\.name) == ["first"])
    #expect(try examine(fixture.path).map(\.isRepairable) == [true])
    let one = fixture.folder.path("one.db")
    try reader.exportRun(fixture.run, to: one, seenFrom: .unknown, at: Date())
    #expect(try examine(one) == [])
    let target = try RunDatabase(writingTo: fixture.folder.path("target.db"))
    let error = #expect(throws: RunStoreError.self) {
      try target.merge(from: fixture.path, seenFrom: .unknown, at: Date())
    }
    #expect(error?.localizedDescription.contains(name) == true)
    let mended = try RunDatabase(mending: fixture.path)
    #expect(try mended.repair(seenFrom: .unknown, at: Date()) == [])
    _ = try RunDatabase(writingTo: fixture.path)
    #expect(try mended.metricSummaries(ofRun: fixture.run).map(\.count) == [3])
  }

  @Test(
    arguments: TestScope.some([
      ("CREATE TABLE theirs (a)", "table theirs", "The table theirs is not"),
      ("CREATE VIEW theirs AS \(endless)", "view theirs", "The view theirs is not"),
      (
        "CREATE INDEX theirs ON runs (note)", "index theirs", "The index theirs on runs is not"
      ),
      (
        "CREATE VIRTUAL TABLE theirs USING fts5(a)", "table theirs", "The table theirs is not"
      ),
    ]))
  func whatStandsBesideOursIsLeftAlone(sql: String, name: String, remark: String) throws {
    let fixture = try file(changedBy: sql)
    let database = try RunDatabase(writingTo: fixture.path)
    #expect(try RunDatabase(readingFrom: fixture.path).notices == [])
    #expect(try examine(fixture.path) == [])
    let remarks = try database.remarks()
    #expect(remarks.first?.message.hasPrefix(remark) == true, "\(remarks)")
    #expect(try database.repair(seenFrom: .unknown, at: Date()) == [])
    #expect(try database.remarks() == remarks)
    // A run of one's own file can be exported; files of others are refused.
    let one = fixture.folder.path("one.db")
    try database.exportRun(fixture.run, to: one, seenFrom: .unknown, at: Date())
    #expect(try RunDatabase(readingFrom: one).remarks() == [])
    let target = try RunDatabase(writingTo: fixture.folder.path("target.db"))
    let error = #expect(throws: RunStoreError.self) {
      try target.merge(from: fixture.path, seenFrom: .unknown, at: Date())
    }
    #expect(error?.localizedDescription.contains(name) == true)
    #expect(try target.merge(from: one, seenFrom: .unknown, at: Date()).map(\.outcome) == [.added])
  }

  @Test func aTableOfOthersUnderOurNameIsRefusedAndNotDropped() throws {
    let fixture = try file(
      changedBy: """
        DROP VIEW run_summary;
        CREATE TABLE run_summary (id INTEGER, secret TEXT);
        INSERT INTO run_summary VALUES (7, 'kept');
        """)
    let error = RunStoreError.foreignSchema(
      path: fixture.path, names: ["table run_summary"], isMendable: false)
    #expect(throws: error) { try RunDatabase(writingTo: fixture.path) }
    let reader = try RunDatabase(readingFrom: fixture.path)
    #expect(try reader.runs(seenFrom: .unknown, at: Date()).map(\.name) == ["first"])
    let mended = try RunDatabase(mending: fixture.path)
    #expect(
      try mended.repair(seenFrom: .unknown, at: Date()).map(\.message)
        == ["The view run_summary is not as this version makes it."])
    #expect(
      try fixture.rows("SELECT secret FROM main.run_summary") == [["kept"]])
    #expect(throws: error) { try RunDatabase(writingTo: fixture.path) }
  }

  @Test(arguments: [
    "ALTER TABLE alerts ADD COLUMN bomb BLOB AS (zeroblob(1000000000))",
    "DROP TABLE alerts; CREATE TABLE alerts (id, message AS (hex(zeroblob(100000000))) STORED)",
    "DROP TABLE alerts; CREATE VIRTUAL TABLE alerts USING fts5(message)",
  ])
  func aTableThatIsWorkedOutAtReadingIsNotRead(sql: String) throws {
    let fixture = try file(changedBy: "PRAGMA foreign_keys = OFF; \(sql)")
    let error = RunStoreError.foreignSchema(
      path: fixture.path, names: ["table alerts"], isMendable: false)
    #expect(throws: error) { try RunDatabase(readingFrom: fixture.path) }
    #expect(throws: error) { try StatementReader(readingFrom: fixture.path) }
    let own = try StoreFixture()
    #expect(throws: error) {
      try StatementReader(readingFrom: own.path, attachments: ["other": fixture.path])
    }
    #expect(throws: error) { try RunDatabase(writingTo: fixture.path) }
    #expect(throws: RunStoreError.self) {
      try own.database.merge(from: fixture.path, seenFrom: .unknown, at: Date())
    }
  }

  @Test func aTableWithAColumnOfOthersIsReadAndThatIsSaid() throws {
    let fixture = try file(changedBy: "ALTER TABLE alerts ADD COLUMN seen_by TEXT")
    let reader = try RunDatabase(readingFrom: fixture.path)
    let notice = FileNotice.foreignTable(path: fixture.path, names: ["table alerts"])
    #expect(reader.notices == [notice])
    #expect(!notice.message.contains("doctor"), "there is nothing that doctor could mend")
    #expect(try reader.runs(seenFrom: .unknown, at: Date()).map(\.name) == ["first"])
  }

  @Test func anEndlessViewInThePlaceOfATableIsNotAsked() throws {
    let fixture = try file(
      changedBy:
        "PRAGMA foreign_keys = OFF; DROP TABLE alerts; CREATE VIEW alerts AS \(Self.endless)")
    #expect(try RunDatabase(readingFrom: fixture.path).alerts(ofRun: fixture.run).isEmpty)
    #expect(try examine(fixture.path).contains { $0.kind == .table })
    #expect(throws: RunStoreError.self) { try RunDatabase(writingTo: fixture.path) }
  }

  @Test(arguments: [
    // SQLite takes what follows the quote for a part of the statement, not for a comment.
    ("AS id, -- number of the run", "AS \"id--\", (SELECT 7) AS uuid2\n,"),
    ("WHERE run.deleted_at IS NULL", "WHERE run.deleted_at IS NULL /*\0*/"),
    ("IS NULL", "IS \"NULL\""),
    ("'train/loss'", "'train/ loss'"),
    ("LEFT JOIN", "LEFT\u{A0}JOIN"),
  ])
  func noStatementIsTakenForOursThatIsAnother(text: String, other: String) throws {
    let view = try #require(EmbeddedSchema.objects.first { $0.name == "run_summary" })
    #expect(view.sql.contains(text))
    let changed = SchemaObject(
      kind: "view", name: view.name, table: view.table,
      sql: view.sql.replacing(text, with: other))
    #expect(!view.isMadeLike(changed))
  }

  @Test(arguments: [
    ("run.id AS id", "\"run\".`id` AS [id]"), ("SELECT\n", "SELECT /* all */\t"),
    ("LEFT JOIN", "LEFT  JOIN -- left\n"),
  ])
  func quotesAndWhiteSpaceAreNoDifference(text: String, other: String) throws {
    let view = try #require(EmbeddedSchema.objects.first { $0.name == "run_summary" })
    let changed = SchemaObject(
      kind: "view", name: view.name, table: view.table,
      sql: view.sql.replacing(text, with: other))
    #expect(changed.sql != view.sql)
    #expect(view.isMadeLike(changed))
  }

  @Test(
    .slow,
    arguments: [
      "INSERT INTO sqlite_schema VALUES"
        + " ('view', 'v', 'v', 0, 'CREATE VIEW v AS SELECT ''' || hex(zeroblob(200000)) || '''')",
      """
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 60000)
      INSERT INTO sqlite_schema
      SELECT 'view', 'v' || i, 'v' || i, 0, 'CREATE VIEW v' || i || ' AS SELECT 1' FROM n
      """,
    ])
  func aSchemaBeyondAllMeasureIsRefused(sql: String) throws {
    let fixture = try file(changedBy: "PRAGMA writable_schema = ON; " + sql)
    let error = RunStoreError.largeSchema(path: fixture.path)
    #expect(throws: error) { try RunDatabase(readingFrom: fixture.path) }
    #expect(throws: error) { try RunDatabase(writingTo: fixture.path) }
    #expect(throws: error) { try StatementReader(readingFrom: fixture.path) }
    let path = fixture.folder.path("target.db")
    let target = try RunDatabase(writingTo: path)
    #expect(throws: error) {
      try target.merge(from: fixture.path, seenFrom: .unknown, at: Date())
    }
    #expect(throws: error) {
      try StatementReader(readingFrom: path, attachments: ["theirs": fixture.path])
    }
  }

  @Test(
    arguments: TestScope.some([
      "CREATE TABLE theirs (a, CHECK (a > 1)); INSERT INTO theirs VALUES (1)",
      """
      CREATE TABLE theirs (a, b AS (a + 1)); INSERT INTO theirs (a) VALUES (NULL);
      UPDATE sqlite_schema SET sql = replace(sql, '1)', '1) NOT NULL') WHERE name = 'theirs'
      """,
      """
      CREATE INDEX theirs ON runs (abs(id));
      UPDATE sqlite_schema SET sql = replace(sql, 'abs(', '-(') WHERE name = 'theirs'
      """,
      """
      CREATE INDEX theirs ON runs (note) WHERE id > 7;
      UPDATE sqlite_schema SET sql = replace(sql, '>', '<') WHERE name = 'theirs'
      """,
    ]))
  func whatOthersWorkOutIsNotExamined(sql: String) throws {
    let settings = "PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON; "
    let fixture = try file(changedBy: settings + sql)
    #expect(try examine(fixture.path) == [])
    #expect(try RunDatabase(readingFrom: fixture.path).remarks().count == 1)
    try RunDatabase(readingFrom: fixture.path).backUp(to: fixture.folder.path("backup.db"))
    // What is ours is examined all the same.
    try fixture.execute(settings + "UPDATE runs SET git_dirty = 7")
    #expect(
      try examine(fixture.path).map(\.message) == ["SQLite: CHECK constraint failed in runs."])
  }

  @Test func whatSQLiteKeepsForItselfIsNotForeign() throws {
    let fixture = try file(changedBy: "ANALYZE")
    #expect(try RunDatabase(writingTo: fixture.path).remarks() == [])
    let target = try RunDatabase(writingTo: fixture.folder.path("target.db"))
    #expect(
      try target.merge(from: fixture.path, seenFrom: .unknown, at: Date()).map(\.outcome)
        == [.added])
  }

  @Test func everyConnectionIsDefensiveAndDistrustsTheSchema() throws {
    let fixture = try StoreFixture()
    let pool = try RunDatabase(writingTo: fixture.path, readers: 2)
    for database in [fixture.database, pool, try RunDatabase(readingFrom: fixture.path)] {
      #expect(try database.read { try $0.row("PRAGMA trusted_schema")?.values } == [0])
    }
    for database in [fixture.database, pool] {
      try database.outsideTransactions { try $0.execute(sql: "PRAGMA writable_schema = ON") }
      #expect(throws: RunStoreError.self) {
        try database.write { try $0.execute(sql: "DELETE FROM sqlite_schema") }
      }
    }
  }

  @Test func aReadingCanBeInterrupted() throws {
    let fixture = try file(changedBy: "CREATE VIEW theirs AS \(Self.endless)")
    let database = try RunDatabase(readingFrom: fixture.path)
    #expect(throws: RunStoreError.interrupted) {
      try database.read { db in
        DispatchQueue.global().asyncAfter(deadline: .now() + 0.05) { database.interrupt() }
        _ = try db.row("SELECT COUNT(*) FROM theirs")
      }
    }
  }
}
