import Dispatch
import Foundation
import Randomness
import Synchronization
import TestSupport
import Testing

@testable import RunStore

/// Who follows a file by `change >` the number that it has seen misses nothing.
@Suite struct ChangeTests {
  /// A copy of the runs of a file, kept by looking at what has changed alone.
  private struct Follower {
    let reader: StatementReader
    var seen: Int64 = 0
    var runs: [String: [SQLValue]] = [:]

    static let state = """
      SELECT run.uuid, run.name, run.note, run.status, run.deleted_at,
        (SELECT group_concat(name || '=' || value) FROM params WHERE run_id = run.id) AS params,
        (SELECT group_concat(name || '=' || value) FROM tags WHERE run_id = run.id) AS tags,
        (SELECT SUM(count) FROM metric_series WHERE run_id = run.id) AS points,
        (SELECT COUNT(*) FROM alerts WHERE run_id = run.id) AS alerts
      FROM runs AS run
      """

    mutating func look() throws {
      // The counter first: what changes meanwhile is seen again, never missed.
      let counter = try reader.rows("SELECT value FROM metadata WHERE name = 'change'")[0][0]
        .integer
      for row in try reader.rows(Self.state + " WHERE run.change > :seen", ["seen": .integer(seen)])
      {
        runs[row[0].text ?? ""] = row
      }
      for row in try reader.rows(
        "SELECT uuid FROM removed_runs WHERE change > :seen", ["seen": .integer(seen)])
      {
        runs[row[0].text ?? ""] = nil
      }
      seen = counter ?? seen
    }
  }

  @Test(arguments: TestScope.some(Array(UInt64(0)..<3))) func aReaderMissesNothing(seed: UInt64)
    throws
  {
    let fixture = try StoreFixture()
    let other = fixture.folder.path("other.db")
    _ = try RunDatabase(writingTo: other).createRun(
      RunDraft(name: "merged", startedAt: StoreFixture.start))
    let failures = Mutex<[String]>([])
    let isDone = Mutex(false)
    let followed = Mutex<Follower?>(nil)
    DispatchQueue.concurrentPerform(iterations: 4) { thread in
      do {
        if thread == 3 {
          var follower = Follower(reader: try StatementReader(readingFrom: fixture.path))
          while !isDone.withLock({ $0 }) { try follower.look() }
          try follower.look()
          followed.withLock { $0 = follower }
          return
        }
        var generator = SeededGenerator(seed: seed * 10 + UInt64(thread))
        let database = try RunDatabase(writingTo: fixture.path)
        for round in 0..<40 { try change(database, round, other, using: &generator) }
        if thread == 0 { isDone.withLock { $0 = true } }
      } catch {
        failures.withLock { $0.append("\(error)") }
        isDone.withLock { $0 = true }
      }
    }
    #expect(failures.withLock { $0 } == [])
    var follower = try #require(followed.withLock { $0 })
    // Writers may have gone on after the first was done.
    try follower.look()
    let now = try fixture.rows(Follower.state)
    #expect(
      follower.runs == Dictionary(uniqueKeysWithValues: now.map { ($0[0].text ?? "", $0) }),
      "seed \(seed)")
  }

  private func change(
    _ database: RunDatabase, _ round: Int, _ other: String, using generator: inout SeededGenerator
  ) throws {
    let time = StoreFixture.start + Double(round)
    let runs = try database.read { db in
      try db.rows("SELECT id FROM runs ORDER BY id").map { try $0.integer("id") }
    }
    guard generator.nextIndex(below: 6) > 0, !runs.isEmpty else {
      _ = try database.createRun(
        RunDraft(name: "run", startedAt: time, parameters: ["lr": .real(generator.nextUnit())]))
      return
    }
    let run = runs[generator.nextIndex(below: runs.count)]
    do {
      switch generator.nextIndex(below: 8) {
      case 0: try database.setNote("note \(round)", run: run)
      case 1: try database.setTag("tag", "\(round)", run: run)
      case 2: try database.removeTag("tag", run: run)
      case 3:
        try database.record(
          RunBatch(
            time: time, metrics: [MetricPoint(name: "loss", step: round, value: 1)],
            alerts: [AlertRecord(time: time, level: .info, kind: "note", message: "m")]),
          run: run)
      case 4: try database.finishRun(run, status: .finished, at: time)
      case 5:
        try database.write { db in
          // The newest run, whose number must not be given again.
          try db.run("DELETE FROM runs WHERE id = (SELECT MAX(id) FROM runs)")
        }
      case 6: _ = try database.merge(from: other, seenFrom: .unknown, at: time + 1000)
      default:
        try database.write { db in
          try db.run(
            "UPDATE params SET value = :value WHERE run_id = :run",
            ["value": SQLValue(round), "run": SQLValue(run)])
        }
      }
    } catch RunStoreError.noSuchRun {
      // Another thread removed it.
    }
  }

  @Test func aSignOfLifeIsNoChange() throws {
    let fixture = try StoreFixture()
    let before = try fixture.rows("SELECT run_id, change FROM run_changes")
    try fixture.database.heartbeat(run: fixture.run, at: StoreFixture.start + 5)
    #expect(try fixture.rows("SELECT run_id, change FROM run_changes") == before)
    try fixture.database.setNote("a", run: fixture.run)
    #expect(try fixture.rows("SELECT run_id, change FROM run_changes") != before)
  }

  /// Statements by which a uuid goes without a DELETE.
  @Test(
    arguments: TestScope.some([
      ("INSERT OR REPLACE INTO runs (id, uuid) VALUES (2, 'new')", true),
      ("REPLACE INTO runs (id, uuid) VALUES (2, 'new'), (9, 'newer')", true),
      ("UPDATE runs SET uuid = 'new' WHERE id = 2", true),
      ("UPDATE OR REPLACE runs SET id = 2 WHERE id = 3", true),
      ("INSERT OR IGNORE INTO runs (id, uuid) VALUES (2, 'new')", false),
      ("INSERT INTO runs (id, uuid) VALUES (2, 'new') ON CONFLICT DO NOTHING", false),
      ("INSERT INTO runs (id) VALUES (2) ON CONFLICT (id) DO UPDATE SET name = 'other'", false),
      ("INSERT OR REPLACE INTO runs (id, uuid) VALUES (2, 'b')", false),
      ("INSERT OR REPLACE INTO runs (id, uuid) VALUES (9, 'b')", false),
    ]))
  func aRunThatAnotherTakesThePlaceOfIsRemoved(sql: String, isRemoved: Bool) throws {
    let fixture = try StoreFixture()
    try fixture.execute("INSERT INTO runs (id, uuid) VALUES (2, 'b'), (3, 'c')")
    var follower = Follower(reader: try StatementReader(readingFrom: fixture.path))
    try follower.look()
    try fixture.execute(sql)
    // What was noted of the last statement is not taken for something of the next.
    for next in ["INSERT INTO runs (id) VALUES (20)", "UPDATE runs SET id = 21 WHERE id = 20"] {
      try follower.look()
      let now = try fixture.rows(Follower.state)
      #expect(
        follower.runs == Dictionary(uniqueKeysWithValues: now.map { ($0[0].text ?? "", $0) }))
      #expect((follower.runs["b"] == nil) == isRemoved)
      #expect(
        try fixture.rows("SELECT uuid FROM removed_runs WHERE uuid IN (SELECT uuid FROM runs)")
          == [])
      try fixture.execute(next)
    }
  }

  /// What others may make of the counter.
  @Test(arguments: [
    "UPDATE metadata SET value = 9223372036854775807", "UPDATE metadata SET value = NULL",
    "UPDATE metadata SET value = 1e300", "UPDATE metadata SET value = 'many'",
    "UPDATE metadata SET value = X'00'", "DELETE FROM metadata",
  ])
  func aSpoiledCounterKeepsNoOneFromWriting(sql: String) throws {
    let fixture = try StoreFixture()
    try fixture.execute(sql + " WHERE name = 'change'")
    for number in 1...3 {
      try fixture.execute(
        "INSERT OR REPLACE INTO params (run_id, name, value) VALUES (1, 'a', \(number))")
    }
    #expect(
      try fixture.rows(
        """
        SELECT typeof(value), value >= 3, run.change = value
        FROM metadata, runs AS run WHERE metadata.name = 'change'
        """) == [["integer", 1, 1]])
  }

  /// The run that loses the row has changed as well as the one that gets it.
  @Test(arguments: [
    "metric_series (id, run_id, name) VALUES (1, RUN, 'x')",
    "alerts (id, run_id, message) VALUES (1, RUN, 'x')",
    "snapshots (id, run_id, epoch) VALUES (1, RUN, 0)",
    "checkpoints (id, run_id, epoch, weights_id, state) VALUES (1, RUN, 0, 7, '{}')",
    """
    histograms (id, run_id, layer, lower, upper, counts, count)
    VALUES (1, RUN, 'x', 0, 1, '[1]', 1)
    """,
  ])
  func aRowThatIsReplacedChangesItsRun(row: String) throws {
    let fixture = try StoreFixture()
    let insertion = { (run: String) in row.replacingOccurrences(of: "RUN", with: run) }
    try fixture.execute(
      """
      INSERT INTO runs (id) VALUES (2);
      INSERT INTO snapshots (id, run_id, epoch) VALUES (7, 2, 9);
      INSERT INTO \(insertion("1"));
      """)
    let seen = try fixture.rows("SELECT value FROM metadata WHERE name = 'change'")[0][0]
    try fixture.execute("INSERT OR REPLACE INTO \(insertion("2"))")
    #expect(
      try fixture.rows("SELECT id FROM runs WHERE change > \(seen.integer ?? 0) ORDER BY id")
        == [[1], [2]])
  }
}
