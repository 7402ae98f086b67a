import Foundation
import GRDB
import TestSupport
import Testing

@testable import RunStore

/// With `trusted_schema = OFF`, which other people's files need, nothing of the schema is refused.
@Suite struct DistrustTests {
  private func open() throws -> (DatabaseQueue, TemporaryFolder) {
    let folder = try TemporaryFolder()
    _ = try RunDatabase(writingTo: folder.path("new.db"))
    var configuration = Configuration()
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
    return (try DatabaseQueue(path: folder.path("new.db"), configuration: configuration), folder)
  }

  @Test func everyTableViewAndQueryAnswers() throws {
    let (queue, folder) = try open()
    defer { withExtendedLifetime(folder) {} }
    try queue.read { db in
      #expect(try db.row("PRAGMA trusted_schema")?.values == [0])
      #expect(try db.row("PRAGMA auto_vacuum")?.values == [2])
      let names = try db.rows(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name")
      #expect(names.count > 35)
      for name in names { _ = try db.rows("SELECT * FROM \(try name.text("name"))") }
      for query in try SavedQuery.all() {
        let statement = try db.cachedStatement(sql: query.sql)
        let handle = StatementHandle(pointer: statement.sqliteStatement)
        while try handle.advance() {}
        handle.reset()
      }
    }
  }

  /// A statement for each table, which inserts; what a trigger does not let in stands beside it.
  @Test(
    arguments: TestScope.some([
      ("runs", "(name) VALUES ('a')", "(name, status) VALUES ('a', 'odd')"),
      (
        "params", "(run_id, name, value) VALUES (1, 'lr', 0.1)",
        "(run_id, name, value) VALUES (1, 'b', x'00')"
      ),
      (
        "metrics", "(run_id, name, step, value) VALUES (1, 'm', 1, 1)",
        "(run_id, name, step, value, recorded_at) VALUES (1, 'm', 2, 1, 1700000000)"
      ),
      ("metric_rules", "(word, goal) VALUES ('m', 'max')", "(word, goal) VALUES ('n', 'up')"),
      (
        "alerts", "(run_id, message) VALUES (1, 'a')",
        "(run_id, message, level) VALUES (1, 'a', 'x')"
      ),
      (
        "predictions", "(run_id, row, inputs) VALUES (1, 1, '[1]')",
        "(run_id, row, inputs) VALUES (1, 2, '[1')"
      ),
      (
        "layers",
        "(run_id, position, name, kind, input_shape, output_shape) VALUES (1, 0, 'a', 'k', '[1]', '[2]')",
        "(run_id, position, name, kind, input_shape, output_shape) VALUES (1, 1, 'b', 'k', '[1', '[2]')"
      ),
      (
        "output_lines", "(run_id, line, text) VALUES (1, 1, 'a')",
        "(run_id, line, text, stream) VALUES (1, 2, 'a', 'x')"
      ),
      ("snapshots", "(run_id, epoch) VALUES (1, 1)", "(run_id, epoch, kind) VALUES (1, 2, 'x')"),
      (
        "histograms",
        "(run_id, layer, lower, upper, counts, count, edges) VALUES (1, 'a', 0, 1, '[1]', 1, '[0,1]')",
        "(run_id, layer, lower, upper, counts, count, edges) VALUES (1, 'b', 0, 1, '[1]', 1, '[0]')"
      ),
      (
        "histograms",
        "(run_id, layer, quantity, lower, upper, counts, count) VALUES (1, 'a', 'weight', 0, 1, '[1]', 1)",
        "(run_id, layer, lower, upper, counts, count) VALUES (1, 'b', 0, 1, '[1', 1)"
      ),
      (
        "models", "(id, experiment_id, name) VALUES ('m', 1, 'a')",
        "(id, experiment_id, name, status) VALUES ('n', 1, 'a', 'x')"
      ),
      (
        "media", "(run_id, name, step, kind, text) VALUES (1, 'a', 1, 'text', 'b')",
        "(run_id, name, step, kind, text) VALUES (9, 'a', 1, 'text', 'b')"
      ),
      (
        "datasets", "(experiment_id, name, digest) VALUES (1, 'a', 'b')",
        "(experiment_id, name, digest) VALUES (9, 'a', 'b')"
      ),
    ]))
  func everyTriggerWritesOrRefuses(table: String, right: String, wrong: String) throws {
    let (queue, folder) = try open()
    defer { withExtendedLifetime(folder) {} }
    try queue.write { db in
      try db.execute(sql: "INSERT INTO runs (name) VALUES ('first')")
      func change() throws -> Int {
        try db.returnedInteger("SELECT value FROM metadata WHERE name = 'change'")
      }
      let before = try change()
      try db.execute(sql: "INSERT INTO \(table) \(right)")
      #expect(try change() > before)
      #expect(throws: DatabaseError.self) { try db.execute(sql: "INSERT INTO \(table) \(wrong)") }
    }
  }

  @Test func programsThatOnlyChangeTheStatusAreUnderstood() throws {
    let (queue, folder) = try open()
    defer { withExtendedLifetime(folder) {} }
    try queue.write { db in
      try db.execute(
        sql: """
          INSERT INTO runs (id, name, status) VALUES (1, 'later', 'scheduled');
          INSERT INTO runs (id, name, ended_at, status, started_at)
          VALUES (2, 'again', 5000, 'finished', 1000);
          INSERT INTO runs (id, name, error, ended_at, status, started_at)
          VALUES (3, 'alive after all', 'Its process died.', 5000, 'interrupted', 1000);
          """)
      #expect(
        try db.row("SELECT started_at, ended_at FROM runs WHERE id = 1")?.values == [.null, .null])
      try db.execute(sql: "UPDATE runs SET status = 'running' WHERE id IN (1, 2)")
      #expect(
        try db.rows(
          """
          SELECT started_at IS NOT NULL, ended_at IS NULL, idle_milliseconds > 0
          FROM runs
          WHERE id < 3
          ORDER BY id
          """
        ).map(\.values) == [[1, 1, 0], [1, 1, 1]])
      try db.execute(sql: "UPDATE runs SET status = 'finished'")
      #expect(
        try db.rows("SELECT seconds < 10, ended_at > 5000 FROM runs JOIN run_summary USING (id)")
          .map(\.values) == [[1, 1], [1, 1], [0, 1]])
      #expect(try db.row("SELECT error FROM runs WHERE id = 3")?.values == [.null])
    }
  }
}
