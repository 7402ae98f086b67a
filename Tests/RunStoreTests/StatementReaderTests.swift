import Foundation
import GRDB
import TestSupport
import Testing

@testable import RunStore

/// SQL that a person types: it reads anything and writes nothing.
@Suite struct StatementReaderTests {
  @Test(
    arguments: TestScope.some([
      "INSERT INTO tags (run_id, name) VALUES (1, 'x')",
      "DELETE FROM runs",
      "DELETE FROM runs RETURNING id",
      "UPDATE runs SET name = 'x' RETURNING id",
      "WITH x AS (SELECT 1) INSERT INTO tags (run_id, name) SELECT 1, 'x' FROM x RETURNING name",
      "DROP TABLE runs",
      "CREATE TABLE t (x)",
      "CREATE TABLE x (x)",
      "CREATE TEMP TABLE t (x)",
      "ATTACH '/tmp/other.db' AS other",
      "ATTACH ':memory:' AS other",
      "DETACH main",
      "VACUUM",
      "VACUUM INTO '/tmp/copy.db'",
      "BEGIN",
      "BEGIN IMMEDIATE",
      "COMMIT",
      "SAVEPOINT a",
      "REINDEX",
      "ANALYZE",
      "PRAGMA query_only = 0",
      "PRAGMA journal_mode = DELETE",
      "PRAGMA user_version = 3",
      "PRAGMA application_id(3)",
      "PRAGMA wal_checkpoint(TRUNCATE)",
      "PRAGMA writable_schema = 1",
      "PRAGMA optimize",
      "PRAGMA journal_mode",
      "SELECT load_extension('/tmp/x')",
      "EXPLAIN DELETE FROM runs",
    ]))
  func statementsThatDoMoreThanReadAreRefused(sql: String) throws {
    let fixture = try StoreFixture()
    #expect(throws: RunStoreError.notAQuery) { try fixture.rows(sql) }
    #expect(try fixture.rows("SELECT COUNT(*) FROM runs") == [[1]])
  }

  @Test(arguments: [
    "SELECT name FROM runs", "VALUES (1), (2)", "  WITH a AS (SELECT 1) SELECT * FROM a; -- end",
    "SELECT * FROM pragma_table_info('runs')", "PRAGMA table_info(runs)", "PRAGMA user_version",
    "EXPLAIN QUERY PLAN SELECT * FROM runs", "/* note */ SELECT 1;;\n",
    "SELECT * FROM sqlite_schema", "SELECT COUNT(*) FROM run_summary",
    "SELECT key, value FROM json_each('[1,2]')", "PRAGMA integrity_check",
  ])
  func statementsThatReadAreRun(sql: String) throws {
    #expect(try !StoreFixture().rows(sql).isEmpty)
  }

  @Test func mistakesAreExplained() throws {
    let fixture = try StoreFixture()
    #expect(throws: RunStoreError.invalidSQL(message: "no such table: nowhere")) {
      try fixture.rows("SELECT * FROM nowhere")
    }
    #expect(throws: RunStoreError.invalidSQL(message: #"near "SELEC": syntax error"#)) {
      try fixture.rows("SELEC 1")
    }
    #expect(throws: RunStoreError.invalidSQL(message: "table sqlite_master may not be modified")) {
      try fixture.rows("UPDATE sqlite_master SET sql = '' WHERE name = 'runs'")
    }
    #expect(throws: RunStoreError.severalStatements) { try fixture.rows("SELECT 1; SELECT 2") }
    #expect(throws: RunStoreError.emptyStatement) { try fixture.rows(" -- nothing\n ;") }
    #expect(throws: RunStoreError.emptyStatement) { try fixture.rows("") }
    #expect(throws: RunStoreError.self) { try fixture.rows("SELECT 1\u{0}; DELETE FROM runs") }
    #expect(throws: RunStoreError.missingParameter(name: "a")) { try fixture.rows("SELECT :a") }
    #expect(throws: RunStoreError.unknownParameter(name: "b", known: ["a"])) {
      try fixture.rows("SELECT :a", ["a": 1, "b": 2])
    }
  }

  @Test(arguments: TestScope.some(RunTests.values))
  func parametersAreValuesAndNeverSQL(value: SQLValue) throws {
    #expect(try StoreFixture().rows("SELECT :a, @a, $a", ["a": value]) == [[value, value, value]])
  }

  @Test func columnsComeFirstAndRowsOneByOne() throws {
    let fixture = try StoreFixture()
    var events: [String] = []
    try StatementReader(readingFrom: fixture.path).select(
      "SELECT 1 AS a, 2 AS a UNION ALL SELECT 3, 4",
      onColumns: { events.append($0.joined(separator: ",")) },
      onRow: { row in events.append(row.compactMap(\.integer).map(String.init).joined()) })
    #expect(events == ["a,a", "12", "34"])
  }

  @Test func aLongTextIsCutWithItsLength() throws {
    let fixture = try StoreFixture()
    var rows: [[SQLValue]] = []
    try StatementReader(readingFrom: fixture.path).select(
      "SELECT 'größe', 'größer', 123456, zeroblob(6), NULL, 'ab…cde'", characters: 5,
      onColumns: { _ in }, onRow: { rows.append($0) })
    #expect(
      rows == [
        ["größe", "größe… (8 bytes)", 123456, .blob(Data(count: 6)), nil, "ab…cd… (8 bytes)"]
      ])
  }

  @Test func anEndlessStatementCanBeInterrupted() throws {
    let fixture = try StoreFixture()
    let reader = try StatementReader(readingFrom: fixture.path)
    var rows = 0
    #expect(throws: RunStoreError.interrupted) {
      try reader.select(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
        onColumns: { _ in },
        onRow: { _ in
          rows += 1
          if rows == 1000 { reader.interrupt() }
        })
    }
    #expect(try reader.rows("SELECT 1") == [[1]])
  }

  @Test func tooLittleMemoryIsNoFaultOfTheStatement() {
    let error = RunStoreError(DatabaseError(resultCode: .SQLITE_NOMEM), path: "a.db")
    #expect(error == .outOfMemory(path: "a.db"))
  }

  @Test func otherFilesCanBeAttached() throws {
    let fixture = try StoreFixture()
    let other = try StoreFixture()
    try other.database.setNote("other", run: other.run)
    let reader = try StatementReader(
      readingFrom: fixture.path, attachments: ["o'ther": other.path])
    #expect(try reader.rows(#"SELECT note FROM "o'ther".runs"#) == [["other"]])
    #expect(throws: RunStoreError.notAQuery) { try reader.rows(#"DELETE FROM "o'ther".runs"#) }
    #expect(throws: RunStoreError.missing(path: "/no/such")) {
      try StatementReader(readingFrom: fixture.path, attachments: ["x": "/no/such"])
    }
  }
}
