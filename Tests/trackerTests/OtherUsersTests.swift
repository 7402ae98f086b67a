import Foundation
import RunStore
import TestSupport
import Testing

/// Whoever may only read a file leaves nothing beside it, which would lock out its owner.
@Suite(.enabled("only root can become someone else, with setpriv", Stranger.isPossible))
struct OtherUsersTests {
  private static let questions = [
    "list", "show 1", "sql 'SELECT name FROM runs'", "compare", "du", "doctor", "export metrics 1",
  ]

  @Test(arguments: [0o555, 0o777]) func aReaderLeavesNothingBehind(folderMode: Int) async throws {
    let workplace = try await Workplace.withRun()
    try set(mode: folderMode, of: workplace.path("."))
    for question in Self.questions {
      let outcome = try await Stranger(workplace: workplace).tracker(question)
      #expect(outcome.status == .exited(0), "\(question)")
      #expect(
        outcome.errors
          == (question == "compare" ? "Ranked by the best val/loss, smaller is better.\n" : ""),
        "\(question)")
      #expect(try workplace.files == ["tracker.db"], "\(question)")
    }
    let refused = try await Stranger(workplace: workplace).tracker("delete 1")
    #expect(refused.status == .exited(1))
    #expect(refused.errors.contains("'tracker.db' cannot be written"))
    #expect(try workplace.files == ["tracker.db"])
  }

  @Test(arguments: [0o755, 0o777]) func aReaderSeesWhatTheOwnerWrites(folderMode: Int) async throws
  {
    let workplace = try await Workplace.withRun()
    let owner = try RunDatabase(writingTo: workplace.path("tracker.db"))
    let stranger = Stranger(workplace: workplace)
    try set(mode: folderMode, of: workplace.path("."))
    for name in ["second", "third"] {
      _ = try owner.createRun(RunDraft(name: name, startedAt: Date()))
      let names = try await stranger.tracker("sql 'SELECT name FROM runs ORDER BY id DESC LIMIT 1'")
      #expect(names.lines.last == name, "\(names.errors)")
      #expect(try await stranger.tracker("list").output.contains(name))
      let files = try workplace.files
      #expect(files == ["tracker.db", "tracker.db-wal", "tracker.db-shm"])
      for file in files {
        let facts = try FileManager.default.attributesOfItem(atPath: workplace.path(file))
        #expect(facts[.ownerAccountID] as? Int == 0, "\(file)")
      }
    }
  }

  @Test func filesOfOthersAreMergedAndAttached() async throws {
    let workplace = try await Workplace.withRun()
    try FileManager.default.createDirectory(
      atPath: workplace.path("mine"), withIntermediateDirectories: false)
    _ = try RunDatabase(writingTo: workplace.path("mine/own.db"))
    for name in ["mine", "mine/own.db"] {
      try #require(chown(workplace.path(name), 65534, 65534) == 0)
    }
    let stranger = Stranger(workplace: workplace)
    for isOwnerThere in [false, true] {
      let owner = isOwnerThere ? try RunDatabase(writingTo: workplace.path("tracker.db")) : nil
      _ = try owner?.createRun(RunDraft(name: "new", startedAt: Date()))
      let before = try workplace.files
      let merged = try await stranger.tracker("merge tracker.db --db mine/own.db")
      #expect(merged.status == .exited(0), "\(merged.errors)")
      let counted = try await stranger.tracker(
        "sql 'SELECT COUNT(*) FROM other.runs' --attach tracker.db=other --db mine/own.db")
      #expect(counted.lines.last?.last == (isOwnerThere ? "2" : "1"), "\(counted.errors)")
      #expect(try workplace.files == before)
    }
  }

  @Test func aLogWithoutItsIndexIsToBeCopied() async throws {
    let workplace = try await Workplace.withRun()
    let owner = try RunDatabase(writingTo: workplace.path("tracker.db"))
    _ = try owner.createRun(RunDraft(name: "second", startedAt: Date()))
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(
        atPath: workplace.path("tracker.db\(suffix)"), toPath: workplace.path("copy.db\(suffix)"))
    }
    let files = try workplace.files
    let stranger = Stranger(workplace: workplace)
    for mode in [0o755, 0o777] {
      try set(mode: mode, of: workplace.path("."))
      let outcome = try await stranger.tracker("list --db copy.db")
      #expect(outcome.status == .exited(1) && outcome.errors.contains("'copy.db-wal'"))
      #expect(outcome.errors.contains("copy both files"))
      #expect(try workplace.files == files)
    }
    // As the hint says.
    try FileManager.default.createDirectory(
      atPath: workplace.path("mine"), withIntermediateDirectories: false)
    try set(mode: 0o777, of: workplace.path("mine"))
    _ = try await workplace.shell("exec \(Stranger.command) cp copy.db copy.db-wal mine")
    #expect(try await stranger.tracker("list --db mine/copy.db").output.contains("second"))
  }

  @Test(.enabled("sqlite3 is missing", Workplace.hasSQLiteShell))
  func filesWithARollbackJournalAreReadAndNotRolledBack() async throws {
    let workplace = try await Workplace.withRun()
    _ = try await workplace.sqlite3("tracker.db", "PRAGMA journal_mode = DELETE")
    let stranger = Stranger(workplace: workplace)
    #expect(try await stranger.tracker("list").output.contains("lenet"))
    #expect(try workplace.files == ["tracker.db"])
    // The header of a journal of no page, as a crash leaves it.
    let header: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
    try Data(header + [UInt8](repeating: 0, count: 504))
      .write(to: workplace.file("tracker.db-journal"))
    let outcome = try await stranger.tracker("list")
    #expect(outcome.errors.contains("'tracker.db-journal'"))
    #expect(try workplace.files == ["tracker.db", "tracker.db-journal"])
  }

  @Test func theOwnerReadsOnAndIsToldWhatOthersLeft() async throws {
    let workplace = try await Workplace.withRun()
    for name in [".", "tracker.db"] {
      try #require(chown(workplace.path(name), 65534, 65534) == 0)
    }
    // As a reader of another user left them.
    try Data().write(to: workplace.file("tracker.db-wal"))
    try Data(count: 32768).write(to: workplace.file("tracker.db-shm"))
    let owner = Stranger(workplace: workplace)
    #expect(try await owner.tracker("list").output.contains("lenet"))
    let outcome = try await owner.tracker("delete 1")
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("tracker.db-wal' cannot be written"))
  }

  private func set(mode: Int, of path: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  }
}

/// A user who owns nothing here.
private struct Stranger {
  let workplace: Workplace

  static let command = "setpriv --reuid=65534 --regid=65534 --clear-groups"

  static func isPossible() async throws -> Bool {
    guard geteuid() == 0 else { return false }
    return try await Stranger(workplace: Workplace()).tracker("--version").status == .exited(0)
  }

  func tracker(_ arguments: String) async throws -> Workplace.Outcome {
    try await workplace.shell("exec \(Self.command) tracker \(arguments)")
  }
}
