import Foundation
import RunStore
import TestSupport
import Testing

/// `tracker merge`, and what else takes a run out of a file.
struct MergeCommandTests {
  /// A folder with the file of a run, and a copy of it as `other.db`.
  private func workplace() async throws -> Workplace {
    let workplace = try await Workplace.withRun()
    try FileManager.default.copyItem(
      atPath: workplace.path("tracker.db"), toPath: workplace.path("other.db"))
    return workplace
  }

  private func change(_ sql: String, in workplace: Workplace, _ file: String = "other.db") throws {
    try PlainConnection(path: workplace.path(file)).execute(sql)
  }

  @Test func aConflictIsNamedAndCanBeDecided() async throws {
    let workplace = try await workplace()
    try change("UPDATE params SET value = 77 WHERE name = 'seed' OR name = 'epochs'", in: workplace)
    let refused = try await workplace.tracker(["merge", "other.db"])
    #expect(refused.status == .exited(1))
    #expect(refused.output.contains("conflict") && refused.output.contains("parameter epochs"))
    #expect(refused.errors.contains("--prefer this or --prefer other"))
    #expect(try workplace.database().parameters(ofRun: 1)["epochs"] == 2)
    let kept = try await workplace.tracker(["merge", "other.db", "--prefer", "this"])
    #expect(kept.status == .exited(0) && kept.output.contains("present"))
    let replaced = try await workplace.tracker(["merge", "other.db", "--prefer", "other"])
    #expect(replaced.status == .exited(0) && replaced.output.contains("replaced"))
    #expect(try workplace.database().parameters(ofRun: 1)["epochs"] == 77)
    #expect(try await workplace.tracker(["doctor"]).status == .exited(0))
  }

  @Test func whatWasOnlyPrunedRenamedOrTaggedIsNoConflict() async throws {
    let workplace = try await workplace()
    try change(
      "UPDATE runs SET name = 'better'; INSERT INTO tags VALUES (1, 't', '')", in: workplace)
    #expect(try await workplace.tracker(["prune"]).status == .exited(0))
    let merged = try await workplace.tracker(["merge", "other.db"])
    #expect(merged.status == .exited(0), "\(merged.errors)")
    #expect(merged.output.contains("updated"))
    #expect(try workplace.database().run(1).name == "better")
    #expect(try await workplace.tracker(["doctor"]).status == .exited(0))
    #expect(try await workplace.tracker(["merge", "other.db"]).output.contains("present"))
  }

  @Test func severalFilesBecomeANewOneThatReplacesNothing() async throws {
    let workplace = try await workplace()
    let command = ["merge", "tracker.db", "other.db", "-o", "new.db"]
    let merged = try await workplace.tracker(command)
    #expect(merged.status == .exited(0), "\(merged.errors)")
    #expect(merged.output.contains("added") && merged.output.contains("present"))
    let again = try await workplace.tracker(command)
    #expect(again.status == .exited(1) && again.errors.contains("'new.db' already"))
    #expect(try await workplace.tracker(command + ["--db", "tracker.db"]).status == .exited(64))
    #expect(try await workplace.tracker(["list", "--db", "new.db"]).status == .exited(0))
  }

  @Test(arguments: [
    "UPDATE blobs SET data = zeroblob(byte_count)",
    "UPDATE metric_points SET value = -5 WHERE step = (SELECT MIN(step) FROM metric_points)",
  ])
  func aDamagedRunStaysOutWithItsName(damage: String) async throws {
    let workplace = try await workplace()
    try change(damage, in: workplace)
    let merged = try await workplace.tracker(["merge", "other.db", "-o", "new.db"])
    #expect(merged.status == .exited(1))
    #expect(merged.output.contains("damaged") && merged.errors.contains("tracker doctor"))
    #expect(
      merged.output.contains("the content of the tensor")
        || merged.output.contains("the summary of the metric"))
    let list = try await workplace.tracker(["list", "--db", "new.db", "--format", "csv"])
    #expect(list.lines.count == 1)
    let exported = try await workplace.tracker(
      ["export", "run", "1", "-o", "one.db", "--db", "other.db"])
    #expect(exported.status == .exited(1) && exported.errors.contains("is damaged"))
    #expect(try !workplace.files.contains("one.db"))
  }

  @Test func aFileOfAnotherEncodingIsRefusedForThat() async throws {
    let workplace = try await workplace()
    try PlainConnection(path: workplace.path("utf16.db")).execute(
      """
      PRAGMA encoding = 'UTF-16';
      PRAGMA application_id = 1416784718;
      PRAGMA user_version = 2;
      CREATE TABLE runs (id INTEGER PRIMARY KEY)
      """)
    for command in [
      ["merge", "utf16.db"], ["list", "--db", "utf16.db"], ["init", "--db", "utf16.db"],
    ] {
      let outcome = try await workplace.tracker(command)
      #expect(outcome.status == .exited(1), "\(command)")
      #expect(outcome.errors.contains("keeps its text as UTF-16"), "\(outcome.errors)")
    }
  }

  /// What reads weights or files out of a tracker file says that they are damaged, and makes no file.
  @Test(
    arguments: TestScope.some([
      ["export", "artifact", "1", "notes", "-o", "out"], ["export", "artifact", "1", "notes"],
      ["export", "weights", "1", "-o", "out"], ["resume", "1", "--epochs", "3"], ["verify", "1"],
    ]))
  func damagedContentIsNotUsed(command: [String]) async throws {
    let workplace = try await workplace()
    try RunDatabase(writingTo: workplace.path("tracker.db")).record(
      RunBatch(
        time: Date(),
        artifacts: [ArtifactRecord(name: "notes", mediaType: "x/y", data: Data([1, 2, 3]))]), run: 1
    )
    try change(
      "UPDATE blobs SET data = CAST(x'7F' || substr(data, 2) AS BLOB)", in: workplace, "tracker.db")
    let outcome = try await workplace.tracker(command)
    #expect(outcome.status == .exited(1))
    #expect(try !workplace.files.contains("out"))
    #expect(try workplace.database().run(1).status == .finished)
  }
}
