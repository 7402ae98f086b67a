import Foundation
import TestSupport
import Testing

@testable import RunStore

/// Opening a file: what is made, what is upgraded and what is refused.
@Suite struct OpeningTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func aNewFileIsMadeForWritingOnly() throws {
    let path = folder.path("tracker.db")
    #expect(throws: RunStoreError.missing(path: path)) { try RunDatabase(readingFrom: path) }
    #expect(!FileManager.default.fileExists(atPath: path))
    _ = try RunDatabase(writingTo: path)
    _ = try RunDatabase(readingFrom: path)
    #expect(try files() == ["tracker.db"])
  }

  @Test(arguments: ["-wal", "-shm", "-journal"], ["elsewhere", "nowhere"])
  func aLinkBesideAFileIsNamed(side: String, target: String) throws {
    let path = folder.path("tracker.db")
    _ = try RunDatabase(writingTo: path)
    try Data().write(to: URL(fileURLWithPath: folder.path("elsewhere")))
    try FileManager.default.createSymbolicLink(
      atPath: path + side, withDestinationPath: folder.path(target))
    let error = RunStoreError.linkedSideFile(side: path + side)
    #expect(throws: error) { try RunDatabase(readingFrom: path) }
    #expect(throws: error) { try RunDatabase(writingTo: path) }
    #expect(throws: error) { try StatementReader(readingFrom: path) }
  }

  /// SQLite would write over what the other name leads to.
  @Test(arguments: ["-wal", "-shm", "-journal"])
  func aHardLinkBesideAFileIsNotWrittenTo(side: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("tracker.db")
    _ = try RunDatabase(writingTo: path)
    let precious = folder.url.appending(path: "precious")
    try Data("precious".utf8).write(to: precious)
    try FileManager.default.linkItem(atPath: precious.path, toPath: path + side)
    for open in [{ try RunDatabase(readingFrom: path) }, { try RunDatabase(writingTo: path) }] {
      let error = #expect(throws: RunStoreError.self) { try open() }
      #expect(
        error?.localizedDescription.contains("'\(path + side)' cannot be opened: it has another")
          == true)
    }
    #expect(try Data(contentsOf: precious) == Data("precious".utf8))
  }

  @Test func aFileThatLacksATableIsNotWrittenTo() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("tracker.db")
    _ = try RunDatabase(writingTo: path)
    try PlainConnection(path: path).execute("DROP VIEW run_summary; DROP TABLE run_datasets")
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(
      throws: RunStoreError.corrupt(path: path, detail: "the table run_datasets is missing")
    ) { try RunDatabase(writingTo: path) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
  }

  @Test(arguments: ["", "-wal", "-shm", "-journal"])
  func aPipeIsNoDatabaseAndNoLog(suffix: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("tracker.db")
    if !suffix.isEmpty { _ = try RunDatabase(writingTo: path) }
    try #require(mkfifo(path + suffix, 0o600) == 0)
    let error = RunStoreError.cannotOpen(
      path: path + suffix, detail: "it is not an ordinary file")
    for open in [{ try RunDatabase(readingFrom: path) }, { try RunDatabase(writingTo: path) }] {
      #expect(throws: error) { try open() }
    }
  }

  @Test func devicesAreNoDatabases() {
    #expect(
      throws: RunStoreError.cannotOpen(path: "/dev/null", detail: "it is not an ordinary file")
    ) { try RunDatabase(readingFrom: "/dev/null") }
  }

  @Test func namesThatSQLiteTakesForSomethingElseAreFiles() throws {
    for name in ["file:a?mode=memory", ":memory:", "a#b%20c ü.db"] {
      _ = try RunDatabase(writingTo: folder.path(name))
      _ = try RunDatabase(readingFrom: folder.path(name))
      #expect(try files().contains(name))
    }
  }

  @Test func foreignFilesAreRefusedAndLeftAlone() throws {
    let path = folder.path("other.db")
    try PlainConnection(path: path).execute("CREATE TABLE mine (x)")
    try expectRefusal(.foreign(path: path))
  }

  @Test func filesOfAnotherApplicationAreRefusedAndLeftAlone() throws {
    let path = folder.path("other.db")
    try PlainConnection(path: path).execute("PRAGMA application_id = 7")
    try expectRefusal(.foreign(path: path))
  }

  @Test func newerFilesAreRefusedAndLeftAlone() throws {
    let path = folder.path("newer.db")
    _ = try RunDatabase(writingTo: path)
    try PlainConnection(path: path).execute("PRAGMA user_version = 99")
    try expectRefusal(.newerSchema(path: path, found: 99, supported: 2))
  }

  @Test(arguments: [0, -1]) func filesOfNoVersionAreRefusedAndLeftAlone(version: Int) throws {
    let path = folder.path("tracker.db")
    _ = try RunDatabase(writingTo: path)
    try PlainConnection(path: path).execute("PRAGMA user_version = \(version)")
    try expectRefusal(.noVersion(path: path, found: version))
  }

  @Test func anEmptyFileWithOurMarkIsANewOne() throws {
    let path = folder.path("tracker.db")
    try PlainConnection(path: path).execute(
      "PRAGMA application_id = \(EmbeddedSchema.applicationID)")
    _ = try RunDatabase(writingTo: path)
    _ = try RunDatabase(readingFrom: path)
  }

  @Test(arguments: ["hello", String(repeating: "not a database\n", count: 1000)])
  func otherFilesAreRefusedAndLeftAlone(content: String) throws {
    let path = folder.path("notes.txt")
    try Data(content.utf8).write(to: URL(fileURLWithPath: path))
    try expectRefusal(.notADatabase(path: path))
  }

  @Test func aFolderOrAPathWithoutOneIsRefused() throws {
    #expect(throws: RunStoreError.self) { try RunDatabase(writingTo: folder.url.path) }
    #expect(throws: RunStoreError.self) { try RunDatabase(readingFrom: folder.url.path) }
    #expect(throws: RunStoreError.self) { try RunDatabase(writingTo: folder.path("no/such/a.db")) }
    #expect(throws: RunStoreError.missing(path: "")) { try RunDatabase(readingFrom: "") }
  }

  @Test func anEmptyFileHasNothingToRead() throws {
    let path = folder.path("empty.db")
    try Data().write(to: URL(fileURLWithPath: path))
    #expect(throws: RunStoreError.empty(path: path)) { try RunDatabase(readingFrom: path) }
    _ = try RunDatabase(writingTo: path)
  }

  @Test func damagedFilesGiveAnErrorThatNamesThem() throws {
    let path = folder.path("damaged.db")
    let database = try RunDatabase(writingTo: path)
    _ = try database.createRun(RunDraft(name: "a", startedAt: StoreFixture.start))
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let copy = folder.path("copy.db")
    var cut = whole
    cut.replaceSubrange(4096..<cut.count, with: Data(repeating: 0xA5, count: cut.count - 4096))
    try cut.write(to: URL(fileURLWithPath: copy))
    do {
      _ = try RunDatabase(readingFrom: copy).runs(seenFrom: .unknown, at: Date())
      Issue.record("the damage went unnoticed")
    } catch let error as RunStoreError {
      #expect(error.localizedDescription.contains(copy))
      #expect(error.recoverySuggestion?.isEmpty == false)
    }
  }

  @Test func anOlderFileIsUpgradedStepByStep() throws {
    let path = folder.path("tracker.db")
    _ = try RunDatabase(writingTo: path).createRun(
      RunDraft(name: "old", startedAt: StoreFixture.start))
    let steps = [
      SchemaUpgrade.Step(version: 3, sql: "ALTER TABLE runs ADD COLUMN mood TEXT"),
      SchemaUpgrade.Step(version: 4, sql: "UPDATE runs SET mood = 'good'"),
    ]
    for _ in 1...2 {
      let database = try RunDatabase(
        writingTo: path, upgrade: SchemaUpgrade(path: path, steps: steps))
      let row = try database.read { try $0.row("SELECT mood FROM runs") }
      #expect(row?["mood"] == "good")
    }
    #expect(throws: RunStoreError.newerSchema(path: path, found: 4, supported: 2)) {
      try RunDatabase(writingTo: path)
    }
  }

  @Test func missingViewsAreMadeAndForeignOnesStay() throws {
    let path = folder.path("tracker.db")
    _ = try RunDatabase(writingTo: path)
    try PlainConnection(path: path).execute(
      """
      DROP VIEW metrics;
      DROP VIEW run_summary;
      DROP TRIGGER runs_end;
      CREATE VIEW mine AS SELECT 2 AS two;
      """)
    _ = try RunDatabase(writingTo: path)
    let stored = try StatementReader(readingFrom: path).rows(
      "SELECT name, sql FROM sqlite_schema WHERE type IN ('view', 'trigger') AND name <> 'mine'")
    #expect(
      Set(stored) == Set(EmbeddedSchema.derived.map { [.text($0.name), .text($0.sql)] }))
    #expect(try StatementReader(readingFrom: path).rows("SELECT two FROM mine") == [[2]])
  }

  @Test func aDatabaseThatIsReadRefusesToWrite() throws {
    let path = folder.path("tracker.db")
    _ = try RunDatabase(writingTo: path)
    let database = try RunDatabase(readingFrom: path)
    #expect(throws: RunStoreError.openedForReading(path: path)) {
      try database.createRun(RunDraft(name: "a", startedAt: StoreFixture.start))
    }
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
  }

  /// Opens the only file of the folder both ways, and compares folder and bytes before and after.
  private func expectRefusal(_ error: RunStoreError) throws {
    let before = try files()
    let path = folder.path(try #require(before.first))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(throws: error) { try RunDatabase(writingTo: path) }
    #expect(throws: error) { try RunDatabase(readingFrom: path) }
    #expect(throws: error) { try StatementReader(readingFrom: path) }
    #expect(try files() == before)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
  }
}

extension Machine {
  /// A machine on which no run of the tests was started.
  static let unknown = Machine(host: "nowhere", bootID: nil, isProcessAlive: { _ in false })
}
