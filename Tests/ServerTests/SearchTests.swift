import Foundation
import Randomness
import RunStore
import TestSupport
import Testing

@testable import Server

/// The search grammar, as far as MLflow's own client does not ask it.
@Suite struct ServedSearchTests {
  @Test func clausesAreReadWithTheirQuotes() throws {
    let clauses = try FilterParser.clauses(
      of:
        #"metrics.`a b` >= -1.5e3 and tags.mlflow.parentRunId='x' AND params."q r" not in ('1', "2") AND status is not null"#
    )
    #expect(clauses.map(\.key.name) == ["a b", "mlflow.parentRunId", "q r", "status"])
    #expect(clauses.map(\.comparator) == [.greaterOrEqual, .equal, .notAmong, .isNotNull])
    #expect(
      clauses.map(\.value) == [.number("-1.5e3"), .text("x"), .list(["1", "2"]), .nothing])
    for list in ["('a')", "('a',)", "( 'a' , )"] {
      #expect(try FilterParser.clauses(of: "run_id IN \(list)").map(\.value) == [.list(["a"])])
    }
    for empty in ["  ", "AND", " and AND "] {
      #expect(try FilterParser.clauses(of: empty).isEmpty)
    }
  }

  @Test(arguments: [
    ("params.a = 'it''s'", "a", "it's"), (#"params.a = "say ""x""""#, "a", #"say "x""#),
    ("params.'a' = ''", "a", ""), ("attributes.'run name' = ''''", "run name", "'"),
    ("params. a = 'b'", "a", "b"), ("AND a = 'b'", "a", "b"), ("a = 'b' AND and ", "a", "b"),
  ]) func quotesAndJointsMayBeDoubled(filter: String, name: String, value: String) throws {
    let clauses = try FilterParser.clauses(of: filter)
    #expect(clauses.map(\.key.name) == [name])
    #expect(clauses.map(\.value) == [.text(value)])
  }

  @Test(arguments: [
    "a", "a =", "= 1", "a = b", "a = 'b", "a = 1 OR b = 2", "(a = 1)", "a = 1,", "x.y = 1",
    "metrics. = 1",
    "metrics.a => 1", "a IN 'b'", "a IN ('b'", "a IN ()", "a IN (,)", "a IN ('b',,)", "a IS",
    "a = 1 b = 2",
    "metrics.`a = 1", "a LIKE 5x", "a = 0x1", "a = nan", "a = '\u{0}'",
  ]) func otherWordsAreRefused(filter: String) {
    #expect(throws: Refusal.self) {
      for clause in try FilterParser.clauses(of: filter) {
        var sql = SearchSQL()
        _ = try sql.compare(text: "x", clause)
      }
    }
  }

  @Test func damagedFiltersNeverTrap() throws {
    var random = SeededGenerator(seed: 3)
    let filter =
      "metrics.`a b` >= -1.5e3 and tags.x='ä' AND params.\"q\" NOT IN ('1', '2') AND run_id IS NULL"
    for _ in 0..<3_000 {
      let text = String(decoding: Array(filter.utf8).damaged(using: &random), as: UTF8.self)
      _ = try? RunSearch(experiments: ["0"], filter: text, order: [text], view: .all)
    }
  }

  @Test func patternsAreThoseOfLike() {
    func matches(_ text: String, _ pattern: String, anyCase: Bool = false) -> Bool {
      LikePattern.matches(
        Array(text.unicodeScalars), Array(pattern.unicodeScalars), anyCase: anyCase)
    }
    for (text, pattern) in [
      ("abc", "a%"), ("abc", "%c"), ("abc", "%b%"), ("abc", "_b_"), ("", "%"), ("abc", "%%%"),
      ("größe", "gr__e"),
      ("a*[b", "a*[%"), ("aXbXc", "%X_"),
    ] {
      #expect(matches(text, pattern), "\(text) \(pattern)")
    }
    for (text, pattern) in [
      ("abc", "A%"), ("abc", "b"), ("", "_"), ("abc", "abcd"), ("abc", "%d%"),
    ] {
      #expect(!matches(text, pattern), "\(text) \(pattern)")
    }
    #expect(matches("ABC", "a%c", anyCase: true))
    // SQLite's own would not come back from this.
    let text = String(repeating: "a", count: 8_000)
    #expect(!matches(text, String(repeating: "a%", count: 500) + "b"))
  }

  @Test func commitsReachTheDiskAndWaitForHalfAMinute() async throws {
    let folder = try TemporaryFolder()
    let file = try ServedFile(path: folder.path("runs.db"))
    let settings = try await file.write { db in
      guard case .timeout(let patience) = db.configuration.busyMode else { return [0.0] }
      return [Double(try db.returnedInteger("PRAGMA synchronous")), patience]
    }
    // FULL is 2.
    #expect(settings == [2, 30])
    try await file.close()
  }

  @Test func aRefusedWriteTakesNothingAlong() async throws {
    let folder = try TemporaryFolder()
    let file = try ServedFile(path: folder.path("runs.db"))
    let outcomes = await withTaskGroup(of: Bool.self) { tasks in
      for index in 0..<40 {
        tasks.addTask {
          do {
            try await file.write { db in
              try db.run("INSERT INTO runs (name) VALUES (:name)", ["name": .text("run \(index)")])
              if index % 2 == 1 { throw Refusal.invalid("odd") }
            }
            return true
          } catch { return false }
        }
      }
      return await tasks.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(outcomes == 20)
    #expect(try await file.read { db in try db.returnedInteger("SELECT COUNT(*) FROM runs") } == 20)
    try await file.close()
  }
}
