import Foundation
import TestSupport
import Testing

@testable import RunStore

/// Two files that have the same run, and each did something with it.
struct MergedDifferencesTests {
  /// A file with rows in every table, and a copy of it; run 3 has something of everything.
  private let folder: TemporaryFolder
  private let (here, there): (String, String)

  init() throws {
    folder = try TemporaryFolder()
    (here, there) = (folder.path("here.db"), folder.path("there.db"))
    try Everything.make(there)
    try RunDatabase(readingFrom: there).backUp(to: here)
  }

  @discardableResult
  private func merge(
    _ preference: MergePreference? = nil, into target: String? = nil, from source: String? = nil
  ) throws -> MergedRun {
    let merged = try RunDatabase(writingTo: target ?? here).merge(
      from: source ?? there, uuid: "aaaa-1", preferring: preference, seenFrom: .unknown,
      at: StoreFixture.start)
    return try #require(merged.first)
  }

  private func rows(_ sql: String, in path: String? = nil) throws -> [[SQLValue]] {
    try StatementReader(readingFrom: path ?? here).rows(sql)
  }

  private func change(_ path: String, _ sql: String) throws {
    try PlainConnection(path: path).execute(sql)
  }

  private func bytes(_ path: String) throws -> Data {
    try PlainConnection(path: path).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return try Data(contentsOf: URL(fileURLWithPath: path))
  }

  /// Expects that both files say the same, whichever way they are merged.
  private func expectEqual(_ comment: Comment) throws {
    #expect(try merge().outcome == .present, comment)
    #expect(try merge(into: there, from: here).outcome == .present, comment)
    #expect(try Everything.findings(here) == [], comment)
  }

  @Test func aCopyIsPresentAndNothingIsWritten() throws {
    let before = try bytes(here)
    let merged = try merge()
    #expect(merged.outcome == .present && merged.details.isEmpty)
    #expect(try bytes(here) == before)
  }

  @Test func whatWasPrunedHereComesBack() throws {
    for (sql, detail) in [
      ("DELETE FROM snapshots", "tensor fc.weight of the weights after epoch 1, step 1"),
      ("DELETE FROM histograms", "histogram of fc (weight) after epoch 1, step 1"),
      ("DELETE FROM artifacts WHERE name = 'a.txt'", "artifact a.txt"),
      ("DELETE FROM tensors", "tensor fc.weight of the weights after epoch 1, step 1"),
      ("DELETE FROM checkpoints", "checkpoint after epoch 1, step 1"),
      ("UPDATE artifacts SET blob_hash = NULL WHERE name = 'c.bin'", "artifact c.bin"),
      ("DELETE FROM model_artifacts WHERE name = 'model.pt'", "model file model.pt of m-1"),
    ] {
      try change(here, sql)
      _ = try RunDatabase(writingTo: here).prune(
        Pruning(snapshots: false), seenFrom: .unknown, at: StoreFixture.start)
      let merged = try merge()
      #expect(merged.outcome == .updated && merged.details.contains(detail), "\(sql): \(merged)")
      try expectEqual("\(sql)")
    }
  }

  @Test func whatWasPrunedThereIsNoDifference() throws {
    try change(
      there,
      "DELETE FROM snapshots; DELETE FROM histograms; DELETE FROM artifacts WHERE name = 'a.txt'")
    let before = try bytes(here)
    #expect(try merge().outcome == .present)
    #expect(try bytes(here) == before)
  }

  @Test func signsOfLifeAreNoDifference() throws {
    try change(there, "UPDATE runs SET heartbeat_at = heartbeat_at + 5, owner = 'another'")
    try change(there, "UPDATE environment SET value = 9 WHERE name = 'exec.taken_by'")
    #expect(try merge().outcome == .present)
  }

  /// One of each: what people say of a run.
  @Test(
    arguments: TestScope.some([
      ("UPDATE runs SET name = 'new' WHERE id = 3", "name"),
      ("UPDATE runs SET note = NULL WHERE id = 3", "note"),
      ("UPDATE runs SET deleted_at = 5 WHERE id = 3", "deletion"),
      ("UPDATE runs SET experiment_id = 7 WHERE id = 3", "experiment"),
      ("INSERT INTO tags (run_id, name) VALUES (3, 'new')", "tag new"),
      ("UPDATE tags SET value = 'very' WHERE run_id = 3", "tag good"),
      ("DELETE FROM tags WHERE run_id = 3", "tag good"),
    ]))
  func whatWasSaidLastCounts(sql: String, detail: String) throws {
    try change(there, sql)
    let merged = try merge()
    #expect(merged.outcome == .updated && merged.details == [detail])
    #expect(try rows("SELECT edited_at FROM runs") == rows("SELECT edited_at FROM runs", in: there))
    try expectEqual("\(sql)")
    // What was said here afterwards stays.
    try change(
      here, "UPDATE runs SET note = 'the last word', edited_at = edited_at + 1 WHERE id = 3")
    #expect(try merge().outcome == .present)
    #expect(try rows("SELECT note FROM runs WHERE id = 3") == [["the last word"]])
    #expect(try merge(into: there, from: here).outcome == .updated)
    try expectEqual("\(sql)")
  }

  @Test func aPreferenceGoesBeforeTheTime() throws {
    try change(there, "UPDATE runs SET name = 'there', edited_at = 50 WHERE id = 3")
    #expect(try merge(.this).outcome == .present)
    #expect(try rows("SELECT name FROM runs WHERE id = 3") == [["first"]])
    try change(here, "UPDATE runs SET name = 'here', edited_at = 60 WHERE id = 3")
    #expect(try merge(.other).outcome == .updated)
    #expect(try rows("SELECT name, edited_at FROM runs WHERE id = 3") == [["there", 50]])
  }

  @Test func editsOfNoKnownOrderStayAndAreNamed() throws {
    try change(there, "UPDATE runs SET name = 'there', edited_at = 41 WHERE id = 3")
    try change(there, "UPDATE runs SET edited_at = 42 WHERE id = 3")
    let merged = try merge()
    #expect(merged.outcome == .present && merged.details == ["name"])
    #expect(try rows("SELECT name FROM runs WHERE id = 3") == [["first"]])
  }

  /// One of each: what was set and measured.
  @Test(
    .slow,
    arguments: [
      ("UPDATE params SET value = 0.2 WHERE name = 'lr'", "parameter lr"),
      ("DELETE FROM params WHERE name = 'lr'", "parameter lr"),
      ("UPDATE metric_points SET value = 3 WHERE step = 9", "metric odd"),
      ("UPDATE runs SET seed = 2 WHERE id = 3", "seed"),
      ("UPDATE runs SET exit_code = 3 WHERE id = 3", "exit_code"),
      ("UPDATE layers SET macs = 9", "layer fc"),
      ("UPDATE predictions SET s = 9", "predictions"),
      ("UPDATE alerts SET message = 'other'", "alerts"),
      ("UPDATE output_lines SET text = 'other' WHERE line = 1", "output"),
      ("UPDATE media SET text = 'a dog'", "media picture"),
      ("UPDATE environment SET value = 9 WHERE name = 'cores'", "environment cores"),
      ("DELETE FROM run_datasets WHERE context = 'test'", "dataset cifar"),
      ("UPDATE run_dataset_tags SET value = 'some'", "tags of the dataset cifar"),
      ("UPDATE run_models SET step = 9 WHERE run_id = 3", "use of the model m-1"),
      ("UPDATE models SET model_type = 'other' WHERE id = 'm-1'", "model m-1"),
      ("UPDATE model_params SET value = '6' WHERE model_id = 'm-1'", "parameters of the model m-1"),
      ("UPDATE model_metrics SET value = 1 WHERE run_id = 3", "metrics of the model m-1"),
      ("UPDATE artifacts SET source_uri = 's3://x' WHERE name = 'b.bin'", "file elsewhere b.bin"),
    ])
  func aContradictionIsRefusedByNameUnlessOneIsPreferred(sql: String, detail: String) throws {
    let repair = "UPDATE metric_series SET max_value = max_value"
    try change(there, sql)
    if detail == "metric odd" {
      _ = try RunDatabase(writingTo: there).repair(seenFrom: .unknown, at: StoreFixture.start)
    }
    try change(there, repair)
    let before = try bytes(here)
    let conflict = try merge()
    #expect(conflict.outcome == .conflict && conflict.details.contains(detail), "\(conflict)")
    #expect(try merge(.this).outcome == .present)
    #expect(try bytes(here) == before)
    let replaced = try merge(.other)
    #expect(replaced.outcome == .replaced && replaced.details.contains(detail), "\(replaced)")
    try expectEqual("\(sql)")
    #expect(try rows("SELECT id FROM runs ORDER BY id") == [[3], [5], [6]])
    #expect(try rows("SELECT parent_run_id FROM runs WHERE id = 6") == [[3]])
  }

  /// One of each: what prune may remove.
  @Test(
    arguments: TestScope.some([
      ("UPDATE tensors SET mean = 9", "tensor fc.weight of the weights after epoch 1, step 1"),
      ("UPDATE histograms SET upper = 9 WHERE layer = 'any'", "histogram of any, step 1, number 1"),
      ("UPDATE checkpoints SET state = '{}'", "checkpoint after epoch 1, step 1"),
      ("UPDATE artifacts SET media_type = 'z/z' WHERE name = 'a.txt'", "artifact a.txt"),
      (
        "UPDATE model_artifacts SET media_type = 'z/z' WHERE model_id = 'm-1'",
        "model file model.pt of m-1"
      ),
    ]))
  func whatIsKeptAndDiffersIsAConflict(sql: String, detail: String) throws {
    try change(there, sql)
    let before = try bytes(here)
    let conflict = try merge()
    #expect(conflict.outcome == .conflict && conflict.details == [detail])
    #expect(try merge(.this).outcome == .present)
    #expect(try bytes(here) == before)
    #expect(try merge(.other).outcome == .replaced)
    try expectEqual("\(sql)")
  }

  @Test func aRunThatWentOnThereGoesOnHere() throws {
    try change(here, "UPDATE runs SET status = 'running', ended_at = NULL WHERE id = 3")
    try change(here, "UPDATE runs SET idle_milliseconds = 17 WHERE id = 3")
    try change(
      there,
      """
      INSERT INTO metrics (run_id, name, step, epoch, value, recorded_at)
      VALUES (3, 'val/loss', 4, 4, 0.1, 40), (3, 'new', 1, 1, 2, 41);
      UPDATE params SET value = 20 WHERE name = 'n';
      INSERT INTO alerts (run_id, at, level, kind, message) VALUES (3, 50, 'info', 'k', 'm');
      UPDATE artifacts SET media_type = 'later/state' WHERE name = 'a.txt';
      UPDATE runs SET host = 'elsewhere', heartbeat_at = 4000, ended_at = 3000 WHERE id = 3
      """)
    try change(here, "DELETE FROM histograms; UPDATE runs SET note = 'mine' WHERE id = 3")
    let merged = try merge()
    #expect(merged.outcome == .updated && merged.details.contains("metric val/loss"), "\(merged)")
    #expect(
      try rows(
        "SELECT status, host, ended_at, note, idle_milliseconds, owner FROM runs WHERE id = 3")
        == [["finished", "elsewhere", 3000, "mine", 17, nil]])
    #expect(
      try rows("SELECT last_value FROM metric_series WHERE name = 'val/loss' AND run_id = 3")
        == [[0.1]])
    #expect(try merge().outcome == .present)
    // The shorter one adds nothing to the longer one but what people said last.
    #expect(try merge(into: there, from: here).details == ["note"])
    try expectEqual("went on")
  }

  @Test func anEarlierStateIsNoConflict() throws {
    try change(
      here, "INSERT INTO metrics (run_id, name, step, value) VALUES (3, 'val/loss', 4, 0.1)")
    let before = try bytes(here)
    #expect(try merge().outcome == .present)
    #expect(try bytes(here) == before)
  }

  @Test func followersOfAReplacedSeriesSeeThatItIsAnother() throws {
    let question = "SELECT MAX(disorder) FROM metric_series WHERE run_id = 3"
    let before = try rows(question)[0][0].integer ?? 0
    try change(there, "UPDATE params SET value = 0.2 WHERE name = 'lr'")
    try merge(.other)
    #expect(try #require(rows(question)[0][0].integer) > before)
  }

  @Test func aRunThatIsAliveHereIsLeftAlone() throws {
    try change(
      here,
      """
      UPDATE runs SET status = 'running', heartbeat_at = 1700000000125, heartbeat_seconds = 20
      WHERE id = 3
      """)
    try change(there, "UPDATE runs SET name = 'new' WHERE id = 3")
    #expect(try merge().outcome == .running)
    #expect(try rows("SELECT name FROM runs WHERE id = 3") == [["first"]])
  }

  @Test func experimentsAreTheSameByTheirUUID() throws {
    try change(there, "UPDATE experiments SET name = 'renamed' WHERE id = 2")
    #expect(try merge().outcome == .present)
    let other = folder.path("other.db")
    _ = try RunDatabase(writingTo: other)
    try change(other, "INSERT INTO experiments (name, uuid) VALUES ('ünder', 'another')")
    try merge(into: other, from: here)
    // By name, where no uuid is known: the uuid stays.
    #expect(
      try rows("SELECT uuid FROM experiments WHERE name = 'ünder'", in: other) == [["another"]])
    #expect(try merge(into: other, from: here).outcome == .present)
  }
}

/// A file with rows in every table.
enum Everything {
  static func make(_ path: String) throws {
    _ = try RunDatabase(writingTo: path)
    let script = try #require(
      Bundle.module.url(forResource: "everything", withExtension: "sql", subdirectory: "Fixtures"))
    try PlainConnection(path: path).execute(String(contentsOf: script, encoding: .utf8))
  }

  /// What is wrong with the file, but for what the script makes so on purpose.
  static func findings(_ path: String) throws -> [Finding] {
    try RunDatabase(readingFrom: path).examine(seenFrom: .unknown, at: StoreFixture.start)
      .filter { $0.kind != .staleRun }
  }
}
