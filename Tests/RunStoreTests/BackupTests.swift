import Foundation
import TestSupport
import Testing

@testable import RunStore

/// Copies of a whole file, which have their name only once they are whole.
struct BackupTests {
  @Test func aBackupLeavesNothingBeside() throws {
    let fixture = try StoreFixture()
    try fixture.database.backUp(to: fixture.folder.path("copy.db"))
    try fixture.database.exportRun(
      fixture.run, to: fixture.folder.path("run.db"), seenFrom: .unknown,
      at: StoreFixture.start + 3600)
    #expect(try names(in: fixture) == ["copy.db", "run.db"])
  }

  @Test(arguments: ["-journal", "-wal"])
  func aLogThatLiesThereNeverBecomesPartOfACopy(side: String) throws {
    let fixture = try StoreFixture()
    let copy = fixture.folder.path("copy.db")
    let log = Data("what another file left".utf8)
    try log.write(to: URL(fileURLWithPath: copy + side))
    #expect(throws: RunStoreError.alreadyThere(path: copy + side)) {
      try fixture.database.backUp(to: copy)
    }
    #expect(throws: RunStoreError.alreadyThere(path: copy + side)) {
      try fixture.database.exportRun(
        fixture.run, to: copy, seenFrom: .unknown, at: StoreFixture.start + 3600)
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: copy + side)) == log)
    #expect(try names(in: fixture) == ["copy.db" + side])
    try log.write(to: URL(fileURLWithPath: fixture.path + ".backup-1" + side))
    #expect(try fixture.database.backUpBeside() == fixture.path + ".backup-2")
  }

  /// What keeps a database shut is seen before a copy is made that nobody can open.
  @Test(arguments: ["-journal", "-wal", "-shm"], ["link", "hard link", "folder", "pipe"])
  func noCopyIsMadeBesideWhatIsNoFile(side: String, kind: String) throws {
    let fixture = try StoreFixture()
    let copy = fixture.folder.path("copy.db")
    let precious = fixture.folder.path("precious")
    try Data().write(to: URL(fileURLWithPath: precious))
    switch kind {
    case "link": try #require(symlink(precious, copy + side) == 0)
    case "hard link": try #require(link(precious, copy + side) == 0)
    case "folder": try #require(mkdir(copy + side, 0o700) == 0)
    default: try #require(mkfifo(copy + side, 0o600) == 0)
    }
    let error = RunStoreError.alreadyThere(path: copy + side)
    #expect(throws: error) { try fixture.database.backUp(to: copy) }
    #expect(throws: error) {
      try fixture.database.exportRun(
        fixture.run, to: copy, seenFrom: .unknown, at: StoreFixture.start + 3600)
    }
    #expect(try names(in: fixture) == ["copy.db" + side, "precious"])
  }

  @Test func anErrorNamesTheCopyAndLeavesNothing() throws {
    let fixture = try StoreFixture()
    let path = fixture.folder.path("no/folder/copy.db")
    #expect {
      try fixture.database.backUp(to: path)
    } throws: { error in
      guard case RunStoreError.cannotOpen(path, _) = error else { return false }
      return true
    }
    #expect(try names(in: fixture) == [])
  }

  @Test func aFileThatAppearsMeanwhileIsNotReplaced() throws {
    let fixture = try StoreFixture()
    let path = fixture.folder.path("copy.db")
    #expect(throws: RunStoreError.alreadyThere(path: path)) {
      try DraftFile.make(path) { draft in
        try fixture.database.copy(toNewFile: draft)
        try Data("another".utf8).write(to: URL(fileURLWithPath: path))
      }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("another".utf8))
    #expect(try names(in: fixture) == ["copy.db"])
  }

  @Test func whatSQLiteLeavesBesideADraftGoesWithIt() throws {
    let fixture = try StoreFixture()
    let path = fixture.folder.path("copy.db")
    #expect(throws: RunStoreError.diskFull(path: path)) {
      try DraftFile.make(path) { draft in
        for side in [""] + DraftFile.sideFiles {
          try Data("half".utf8).write(to: URL(fileURLWithPath: draft + side))
        }
        throw RunStoreError.diskFull(path: draft)
      }
    }
    #expect(try names(in: fixture) == [])
  }

  @Test func aBackupMayHaveALongName() throws {
    let fixture = try StoreFixture()
    let path = fixture.folder.path(String(repeating: "n", count: 240) + ".db")
    try fixture.database.backUp(to: path)
    #expect(try RunDatabase(readingFrom: path).run(fixture.run).name == "first")
  }

  /// The files in the folder, but for the first one and what belongs to it.
  private func names(in fixture: StoreFixture) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: fixture.folder.url.path)
      .filter { !["tracker.db", "tracker.db-wal", "tracker.db-shm"].contains($0) }
      .filter { !$0.hasPrefix("tracker.db.backup") }.sorted()
  }
}
