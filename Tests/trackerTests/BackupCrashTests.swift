import Foundation
import Randomness
import RunStore
import TestSupport
import Testing

/// A backup that is ended at any moment leaves no file of its name, or a whole one.
@Suite(.slow, .serialized) struct BackupCrashTests {
  /// The number of moments to try.
  private static let moments = 50

  /// How many blobs there are in the file of 20 MB.
  private static let blobCount = 5

  /// The bytes of a file of 20 MB, made once.
  private static let large = Task {
    let workplace = try Workplace()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    let run = try database.createRun(RunDraft(name: "large", startedAt: Date())).id
    try database.finishRun(run, status: .finished, at: Date())
    // Nobody asks for their hashes here: to compute those would take most of the time.
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      """
      INSERT INTO blobs (hash, byte_count, data)
      SELECT printf('%064d', value), 4000000, randomblob(4000000)
      FROM json_each('[1, 2, 3, 4, 5]')
      """)
    try database.backUp(to: workplace.path("whole.db"))
    return try Data(contentsOf: workplace.file("whole.db"))
  }

  @Test func aKilledBackupIsWholeOrNotThere() async throws {
    let workplace = try await Workplace(with: Self.large)
    let duration = try await workplace.duration(of: ["backup", "whole.db"])
    var generator = SeededGenerator(seed: 1)
    for number in 0..<Self.moments {
      let moment = generator.nextUniform(from: 0, to: 1)
      let name = "copy\(number).db"
      try await workplace.tracker(["backup", name], endedBy: SIGKILL, after: duration * moment)
      let comment: Comment = "killed after \(moment) of \(duration)"
      let files = try workplace.files
      #expect(!files.contains(name + "-journal") && !files.contains(name + "-wal"), comment)
      if files.contains(name) {
        #expect(try blobCount(at: workplace.path(name)) == Self.blobCount, comment)
        try FileManager.default.removeItem(atPath: workplace.path(name))
      }
      // Whatever was left of it, the name can be used.
      #expect(try await workplace.tracker(["backup", name]).status == .exited(0), comment)
      for file in try workplace.files where file.hasPrefix(name) {
        try FileManager.default.removeItem(atPath: workplace.path(file))
      }
    }
  }

  @Test func aKilledRestorationLeavesTheOldFileOrTheBackup() async throws {
    let workplace = try await Workplace(with: Self.large)
    try FileManager.default.moveItem(
      atPath: workplace.path("tracker.db"), toPath: workplace.path("backup.db"))
    let restore = ["backup", "--restore", "backup.db"]
    let duration = try await workplace.duration(of: restore)
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<Self.moments {
      for file in try workplace.files where file != "backup.db" {
        try FileManager.default.removeItem(atPath: workplace.path(file))
      }
      _ = try RunDatabase(writingTo: workplace.path("tracker.db"))
        .createRun(RunDraft(name: "old", startedAt: Date(timeIntervalSince1970: 0)))
      let moment = generator.nextUniform(from: 0, to: 1.2)
      try await workplace.tracker(restore, endedBy: SIGKILL, after: duration * moment)
      let comment: Comment = "killed after \(moment) of \(duration)"
      try expectOldOrLarge(in: workplace, comment)
      // Whatever was left, the backup can be put back.
      let again = try await workplace.tracker(restore)
      #expect(again.status == .exited(0), "\(comment): \(again.errors)")
      #expect(try workplace.database().run(1).name == "large", comment)
    }
  }

  /// Opens the file only as long as it takes: nobody may have it open when a backup is put back.
  private func expectOldOrLarge(in workplace: Workplace, _ comment: Comment) throws {
    let name = try workplace.database().run(1).name
    let count = try blobCount(at: workplace.path("tracker.db"))
    #expect((name, count) == ("old", 0) || (name, count) == ("large", Self.blobCount), comment)
    let kept = workplace.path("tracker.db.before-restore-1")
    if name == "large" {
      #expect(try RunDatabase(readingFrom: kept).run(1).name == "old", comment)
    }
  }

  /// The number of blobs in a file whose pages are all sound.
  private func blobCount(at path: String) throws -> Int? {
    var count: Int?
    try StatementReader(readingFrom: path).select(
      """
      SELECT COUNT(*)
      FROM blobs
      WHERE (SELECT integrity_check FROM pragma_integrity_check) = 'ok'
      """,
      onColumns: { _ in }, onRow: { count = $0.first?.integer.map { Int($0) } })
    return count
  }
}
