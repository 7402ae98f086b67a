import Foundation
import TestSupport
import Testing

@testable import RunStore

/// Where several files are open, the one whose pages are broken is named, and no other.
@Suite(.slow) struct BrokenPagesTests {
  /// A file with a row in every table.
  private let sound: String
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    sound = folder.path("sound.db")
    try Everything.make(sound)
    try PlainConnection(path: sound).execute("PRAGMA wal_checkpoint(TRUNCATE)")
  }

  /// What is read early and late.
  private static let tables = ["runs", "params", "metric_points", "layers", "blobs", "alerts"]

  /// A copy in which the first page of a table is overwritten.
  private func broken(_ table: String, of original: String? = nil) throws -> String {
    let path = folder.path("broken.db")
    try FileManager.default.copyItem(atPath: original ?? sound, toPath: path)
    let page = try #require(
      Int(
        try PlainConnection(path: path).textRows(
          "SELECT rootpage FROM sqlite_schema WHERE name = '\(table)'")[0][0]))
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try file.seek(toOffset: UInt64(4096 * (page - 1)))
    try file.write(contentsOf: Data(repeating: 0xFF, count: 200))
    try file.close()
    return path
  }

  /// Expects an error that says that the file at `path` is damaged.
  private func expectDamage(
    of path: String, _ comment: Comment, _ body: () throws -> Void
  ) {
    let error = #expect(throws: RunStoreError.self, comment) { try body() }
    guard case .corrupt(path, _) = error else {
      Issue.record("\(comment): \(String(describing: error))")
      return
    }
  }

  @Test(arguments: tables) func mergingNamesTheBrokenFile(table: String) throws {
    let broken = try broken(table)
    let target = folder.path("target.db")
    _ = try RunDatabase(writingTo: target)
    expectDamage(of: broken, "from it") {
      _ = try RunDatabase(writingTo: target).merge(
        from: broken, seenFrom: .unknown, at: StoreFixture.start)
    }
    expectDamage(of: broken, "with another into a new one") {
      _ = try RunDatabase.merge(
        [sound, broken], toNew: folder.path("new.db"), seenFrom: .unknown, at: StoreFixture.start)
    }
    expectDamage(of: broken, "into it") {
      _ = try RunDatabase(writingTo: broken).merge(
        from: target, seenFrom: .unknown, at: StoreFixture.start)
      _ = try RunDatabase(writingTo: broken).merge(
        from: sound, seenFrom: .unknown, at: StoreFixture.start)
    }
  }

  @Test(arguments: tables) func copiesNameTheBrokenFileAndLeaveNothing(table: String) throws {
    let broken = try broken(table)
    let copy = folder.path("copy.db")
    expectDamage(of: broken, "backup") { try RunDatabase(readingFrom: broken).backUp(to: copy) }
    expectDamage(of: broken, "export") {
      try RunDatabase(readingFrom: broken).exportRun(
        3, to: copy, seenFrom: .unknown, at: StoreFixture.start)
    }
    expectDamage(of: broken, "restoration") {
      _ = try RunDatabase.putBack(
        broken, at: copy, seenFrom: .unknown, at: StoreFixture.start)
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(left.allSatisfy { $0.hasPrefix("sound.db") || $0.hasPrefix("broken.db") }, "\(left)")
    // Before mending, what is damaged is kept as it is.
    #expect(try RunDatabase(readingFrom: broken).backUpBeside() == broken + ".backup-1")
  }

  @Test(arguments: tables) func statementsNameTheBrokenFile(table: String) throws {
    let broken = try broken(table)
    let statement = "SELECT * FROM x.\(table) UNION ALL SELECT * FROM main.\(table)"
    expectDamage(of: broken, "attached") {
      let reader = try StatementReader(readingFrom: sound, attachments: ["x": broken])
      _ = try reader.rows(statement)
    }
    expectDamage(of: broken, "opened") {
      let reader = try StatementReader(readingFrom: broken, attachments: ["x": sound])
      _ = try reader.rows(statement)
    }
  }

  @Test(arguments: tables) func upgradingNamesTheOldFileAndLeavesNothing(table: String) throws {
    let old = folder.path("old.db")
    let script = try #require(
      Bundle.module.url(
        forResource: "v1_everything", withExtension: "sql", subdirectory: "Fixtures"))
    try PlainConnection(path: old).execute(
      EmbeddedSchema.firstScript + String(contentsOf: script, encoding: .utf8))
    let broken = try broken(table, of: old)
    expectDamage(of: broken, "written") { _ = try RunDatabase(writingTo: broken) }
    expectDamage(of: broken, "read") { _ = try RunDatabase(readingFrom: broken) }
    expectDamage(of: broken, "merged") {
      _ = try RunDatabase(writingTo: sound).merge(
        from: broken, seenFrom: .unknown, at: StoreFixture.start)
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(!left.contains { $0.hasPrefix("broken.db.") }, "\(left)")
  }
}
