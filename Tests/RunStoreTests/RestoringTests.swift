import Foundation
import TestSupport
import Testing

@testable import RunStore

/// A backup that takes the place of a file.
struct RestoringTests {
  /// A backup of a file with one run, and where to put it.
  private let fixture: StoreFixture
  private let target: String

  init() throws {
    fixture = try StoreFixture()
    target = fixture.folder.path("target.db")
  }

  private func putBack(_ backup: String? = nil) throws -> String? {
    try RunDatabase.putBack(
      backup ?? fixture.path, at: target, seenFrom: .unknown, at: StoreFixture.start + 3600)
  }

  /// Makes the target, with one run of this name, and closes it.
  private func makeTarget(_ name: String) throws {
    _ = try RunDatabase(writingTo: target)
      .createRun(RunDraft(name: name, startedAt: StoreFixture.start))
  }

  private func name(at path: String) throws -> String {
    try RunDatabase(readingFrom: path).run(1).name
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: fixture.folder.url.path)
      .filter { $0.hasPrefix("target.db") }.sorted()
  }

  @Test func aBackupTakesTheFreePlaceOfAFile() throws {
    #expect(try putBack() == nil)
    #expect(try name(at: target) == "first")
    #expect(try names() == ["target.db"])
  }

  @Test func whatWasThereIsKeptUnderTheNextName() throws {
    for number in 1...2 {
      try? FileManager.default.removeItem(atPath: target)
      try makeTarget("old \(number)")
      #expect(try putBack() == "\(target).before-restore-\(number)")
      #expect(try name(at: target) == "first")
      #expect(try name(at: "\(target).before-restore-\(number)") == "old \(number)")
    }
    #expect(
      try names() == ["target.db", "target.db.before-restore-1", "target.db.before-restore-2"])
  }

  @Test func theLogOfADeadProgramGoesWithItsFile() throws {
    let living = fixture.folder.path("living.db")
    let database = try RunDatabase(writingTo: living)
    _ = try database.createRun(RunDraft(name: "old", startedAt: StoreFixture.start))
    for side in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: living + side, toPath: target + side)
    }
    let kept = try #require(try putBack())
    #expect(try name(at: target) == "first")
    #expect(try name(at: kept) == "old")
    #expect(try names() == ["target.db", "target.db.before-restore-1"])
  }

  @Test func aDamagedFileIsKeptAndItsLogNeverJoinsTheBackup() throws {
    let damaged = Data("no database".utf8)
    for side in ["", "-wal", "-shm", "-journal"] {
      try damaged.write(to: URL(fileURLWithPath: target + side))
    }
    let kept = try #require(try putBack())
    #expect(try name(at: target) == "first")
    #expect(try Data(contentsOf: URL(fileURLWithPath: kept)) == damaged)
    #expect(try names().filter { !$0.hasPrefix("target.db.before-restore-1") } == ["target.db"])
    #expect(
      try RunDatabase(readingFrom: target).examine(seenFrom: .unknown, at: StoreFixture.start)
        == [])
  }

  @Test func aSymbolicLinkStaysOne() throws {
    let link = fixture.folder.path("link.db")
    try makeTarget("old")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    let kept = try RunDatabase.putBack(
      fixture.path, at: link, seenFrom: .unknown, at: StoreFixture.start + 3600)
    #expect(kept?.hasSuffix("target.db.before-restore-1") == true)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == target)
    #expect(try name(at: target) == "first")
  }

  @Test func theFileKeepsWhoMayReadIt() throws {
    try makeTarget("old")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: target)
    _ = try putBack()
    let attributes = try FileManager.default.attributesOfItem(atPath: target)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test func aFileIsNotRestoredFromItself() throws {
    try makeTarget("old")
    let other = fixture.folder.path("other.db")
    try FileManager.default.linkItem(atPath: target, toPath: other)
    #expect(throws: RunStoreError.restoresItself(path: target)) { try putBack(target) }
    #expect(throws: RunStoreError.restoresItself(path: target)) { try putBack(other) }
  }

  @Test func aFileThatIsOpenStaysAsItIs() throws {
    try makeTarget("old")
    let other = try PlainConnection(path: target)
    try other.execute("UPDATE runs SET name = 'newer'")
    #expect(throws: RunStoreError.inUse(path: target)) { try putBack() }
    #expect(try name(at: target) == "newer")
    withExtendedLifetime(other) {}
  }

  @Test func aFileWhoseRunIsAliveStaysAsItIs() throws {
    try makeTarget("old")
    #expect(throws: RunStoreError.self) {
      try RunDatabase.putBack(
        fixture.path, at: target, seenFrom: .unknown, at: StoreFixture.start)
    }
    #expect(try name(at: target) == "old")
    #expect(try names() == ["target.db"])
  }

  @Test func whatIsNoBackupIsRefusedAndNothingChanges() throws {
    try makeTarget("old")
    let bad = fixture.folder.path("bad.db")
    #expect(throws: RunStoreError.missing(path: bad)) { try putBack(bad) }
    try Data("no database at all".utf8).write(to: URL(fileURLWithPath: bad))
    #expect(throws: RunStoreError.notADatabase(path: bad)) { try putBack(bad) }
    try FileManager.default.removeItem(atPath: bad)
    try PlainConnection(path: bad).execute("CREATE TABLE t (x)")
    #expect(throws: RunStoreError.foreign(path: bad)) { try putBack(bad) }
    #expect(try name(at: target) == "old")
    #expect(try names() == ["target.db"])
  }

  @Test func aBackupWithBrokenPagesIsRefused() throws {
    try makeTarget("old")
    let bad = fixture.folder.path("bad.db")
    try fixture.database.backUp(to: bad)
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: bad))
    let size = try file.seekToEnd()
    for page in stride(from: 8192, to: size, by: 4096) {
      try file.seek(toOffset: page)
      try file.write(contentsOf: Data(repeating: 0xff, count: 200))
    }
    try file.close()
    #expect(throws: RunStoreError.self) { try putBack(bad) }
    #expect(try names() == ["target.db"])
  }

  @Test func aBackupInWhichOthersHaveATriggerIsNamed() throws {
    try makeTarget("old")
    let bad = fixture.folder.path("bad.db")
    try fixture.database.backUp(to: bad)
    try PlainConnection(path: bad).execute(
      "CREATE TRIGGER theirs AFTER DELETE ON runs BEGIN DELETE FROM tags; END")
    #expect(
      throws: RunStoreError.foreignSchema(path: bad, names: ["trigger theirs"], isMendable: true)
    ) { try putBack(bad) }
    #expect(try name(at: target) == "old")
    #expect(try names() == ["target.db"])
  }

  @Test func aDatabaseOfAnotherProgramIsNotReplaced() throws {
    try PlainConnection(path: target).execute("CREATE TABLE t (x)")
    #expect(throws: RunStoreError.foreign(path: target)) { try putBack() }
    #expect(try names() == ["target.db"])
  }

  @Test func whoFollowsTheChangesOfAFileSeesTheBackup() throws {
    func change(_ path: String) throws -> Int {
      Int(
        try StatementReader(readingFrom: path)
          .rows("SELECT value FROM metadata WHERE name = 'change'")[0][0].integer ?? -1)
    }
    let before = try change(fixture.path)
    try makeTarget("old")
    try PlainConnection(path: target).execute(
      "UPDATE metadata SET value = 1000 WHERE name = 'change'; UPDATE runs SET note = 'last'")
    let seen = try change(target)
    _ = try putBack()
    let reader = try StatementReader(readingFrom: target)
    // Every run is new, and those that are not in the backup are gone.
    #expect(
      try reader.rows("SELECT name FROM runs WHERE change > \(max(seen, before))") == [["first"]])
    #expect(
      try reader.rows("SELECT COUNT(*) FROM removed_runs WHERE change > \(seen)") == [[1]])
    #expect(
      try reader.rows("SELECT COUNT(*) FROM runs WHERE change > (\(change(target)))") == [[0]])
    // The backup itself stays as it is.
    #expect(try change(fixture.path) == before)
  }

  @Test func theChangesOfAFileThatCannotBeReadAreFarBehind() throws {
    try Data("no database".utf8).write(to: URL(fileURLWithPath: target))
    _ = try putBack()
    let rows = try StatementReader(readingFrom: target).rows("SELECT MIN(change) FROM runs")
    #expect(try #require(rows[0][0].integer) > 1_000_000_000)
  }

  @Test(arguments: [0, 1, 99, 100, 511])
  func aFileThatHoldsNothingLeavesNoJournal(byteCount: Int) throws {
    try Data(count: byteCount).write(to: URL(fileURLWithPath: target))
    #expect(try putBack() == "\(target).before-restore-1")
    #expect(try names() == ["target.db", "target.db.before-restore-1"])
    #expect(
      try FileManager.default.contents(atPath: "\(target).before-restore-1")?.count == byteCount)
    #expect(try name(at: target) == "first")
  }

  @Test func aRunThatWasRemovedIsBack() throws {
    try fixture.database.backUp(to: target)
    try PlainConnection(path: target).execute("DELETE FROM runs")
    _ = try putBack()
    let reader = try StatementReader(readingFrom: target)
    #expect(try reader.rows("SELECT COUNT(*) FROM removed_runs") == [[0]])
    #expect(try reader.rows("SELECT COUNT(*) FROM runs") == [[1]])
  }
}
