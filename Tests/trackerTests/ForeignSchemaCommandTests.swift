import Foundation
import RunStore
import TestSupport
import Testing

/// What a stranger put into the schema of a file does nothing when commands are given.
@Suite struct ForeignSchemaCommandTests {
  private static let endless =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n"

  private func workplace(changedBy sql: String) async throws -> Workplace {
    let workplace = try await Workplace.withRun()
    try PlainConnection(path: workplace.path("tracker.db")).execute(sql)
    return workplace
  }

  @Test func aTriggerThatDeletesPointsIsNamedRefusedAndDropped() async throws {
    let workplace = try await workplace(
      changedBy: """
        CREATE TRIGGER evil AFTER UPDATE OF deleted_at ON runs
        BEGIN DELETE FROM metric_points; END
        """)
    let points = { try workplace.database().metrics(ofRun: 1).count }
    let before = try points()
    let doctor = try await workplace.tracker(["doctor"])
    #expect(doctor.status == .exited(1))
    #expect(doctor.output.contains("The trigger evil on runs is not of this program"))
    #expect(doctor.errors.contains("tracker doctor --repair"))
    for command in [
      "delete 1", "prune", "goal val/loss min", "merge other.db", "resume 1 --epochs 3", "init",
    ] {
      let refused = try await workplace.tracker(command.split(separator: " ").map(String.init))
      #expect(refused.status == .exited(1), "\(command): \(refused)")
      #expect(refused.errors.contains("trigger evil"), "\(command): \(refused.errors)")
      #expect(refused.errors.contains("tracker doctor --repair"), "\(command)")
    }
    for command in [
      "list", "show 1", "compare", "sql 'SELECT 1'", "query storage", "verify 1 --quiet",
    ] {
      let read = try await workplace.shell("exec tracker \(command)")
      #expect(read.status == .exited(0), "\(command): \(read.errors)")
      let notes = read.errors.split(separator: "\n").filter { $0.hasPrefix("Note: ") }
      #expect(notes.count == 1 && notes[0].contains("trigger evil"), "\(command): \(read.errors)")
    }
    let repaired = try await workplace.tracker(["doctor", "--repair"])
    #expect(repaired.status == .exited(0), "\(repaired)")
    #expect(try workplace.files.contains("tracker.db.backup-1"))
    #expect(try await workplace.tracker(["delete", "1"]).status == .exited(0))
    #expect(try points() == before)
  }

  @Test func anEndlessViewUnderOurNameIsNotAsked() async throws {
    let workplace = try await workplace(
      changedBy: "DROP VIEW run_summary; CREATE VIEW run_summary AS \(Self.endless)")
    let list = try await workplace.tracker(["list"])
    #expect(list.status == .exited(0))
    #expect(list.output.contains("lenet"))
    #expect(list.errors.contains("view run_summary"))
    let sql = try await workplace.tracker(["sql", "SELECT COUNT(*) FROM run_summary"])
    #expect(sql.lines.last?.contains("1") == true)
    _ = try RunDatabase(writingTo: workplace.path("other.db"))
    let merged = try await workplace.tracker(["merge", "tracker.db", "--db", "other.db"])
    #expect(merged.status == .exited(1))
    #expect(merged.errors.contains("view run_summary"))
  }

  @Test(arguments: [SIGINT, SIGTERM]) func anEndlessViewThatIsAskedEndsWithASignal(
    signal: Int32
  ) async throws {
    let workplace = try await workplace(changedBy: "CREATE VIEW theirs AS \(Self.endless)")
    let outcome = try await workplace.tracker(["sql", "SELECT COUNT(*) FROM theirs"]) { process in
      // The moment is the point of the test: there is nothing to wait for but time.
      try await Task.sleep(for: .seconds(1))
      kill(process, signal)
    }
    #expect(outcome.status == .exited(128 + signal) || outcome.status == .signaled(signal))
  }

  /// What hangs on the table could be made again, but for the table.
  @Test func ofATableThatIsLostMendingDoesNotSuggestItself() async throws {
    let workplace = try await workplace(changedBy: "DROP TABLE alerts")
    let mended = try await workplace.tracker(["doctor", "--repair"])
    #expect(mended.status == .exited(1))
    #expect(mended.output.contains("Still wrong: The table alerts is missing."))
    #expect(mended.errors.contains("Try: tracker backup --restore BACKUP"))
    #expect(!mended.errors.contains("--repair"))
  }

  @Test func whatStandsBesideOursIsARemark() async throws {
    let workplace = try await workplace(changedBy: "CREATE TABLE theirs (a)")
    let doctor = try await workplace.tracker(["doctor"])
    #expect(doctor.status == .exited(0))
    #expect(
      doctor.lines == [
        "Remark: The table theirs is not of this program, and left alone.",
        "The file 'tracker.db' is healthy.",
      ])
    #expect(doctor.errors.isEmpty)
    _ = try RunDatabase(writingTo: workplace.path("other.db"))
    let merged = try await workplace.tracker(["merge", "tracker.db", "--db", "other.db"])
    #expect(merged.status == .exited(1) && merged.errors.contains("table theirs"))
  }
}
