import Foundation
import RunStore
import TestSupport
import Testing

/// A journal that came with a file must not delete what it names.
@Suite struct SuperJournalTests {
  let folder: TemporaryFolder
  /// A tracker file of someone else.
  let received: String
  /// A file that has nothing to do with it.
  let victim: String

  init() throws {
    folder = try TemporaryFolder()
    received = folder.path("received.db")
    victim = folder.path("victim.txt")
    _ = try RunDatabase(writingTo: received).createRun(
      RunDraft(name: "a", startedAt: StoreFixture.start))
    try Data("precious".utf8).write(to: URL(fileURLWithPath: victim))
  }

  @Test func sqliteItselfDeletesWhatTheJournalNames() throws {
    try putJournal(beside: received)
    // Were it not so, the other tests would show nothing.
    try PlainConnection(path: received).execute("SELECT id FROM runs")
    #expect(!FileManager.default.fileExists(atPath: victim))
  }

  @Test func noWayToOpenTheFileDeletesAnything() throws {
    let own = folder.path("own.db")
    let database = try RunDatabase(writingTo: own)
    try putJournal(beside: received)
    try expectRefusal(of: received + "-journal") { try RunDatabase(readingFrom: received) }
    try expectRefusal(of: received + "-journal") { try RunDatabase(writingTo: received) }
    try expectRefusal(of: received + "-journal") { try StatementReader(readingFrom: received) }
    try expectRefusal(of: received + "-journal") {
      try StatementReader(readingFrom: own, attachments: ["other": received])
    }
    try expectRefusal(of: received + "-journal") {
      try database.merge(from: received, seenFrom: .unknown, at: StoreFixture.start)
    }
    let copy = folder.path("copy.db")
    try putJournal(beside: copy)
    try expectRefusal(with: .alreadyThere(path: copy + "-journal")) {
      try database.backUp(to: copy)
    }
  }

  @Test func theJournalIsFoundBehindLinks() throws {
    let files = FileManager.default
    let (link, linkOfLink) = (folder.path("link.db"), folder.path("link of link.db"))
    try files.createSymbolicLink(atPath: link, withDestinationPath: "received.db")
    try files.createSymbolicLink(atPath: linkOfLink, withDestinationPath: link)
    let linkedFolder = folder.path("folder")
    try files.createSymbolicLink(atPath: linkedFolder, withDestinationPath: folder.url.path)
    try putJournal(beside: received)
    let journal = try #require(realpath(received + "-journal", nil).map { String(cString: $0) })
    for path in [link, linkOfLink] {
      try expectRefusal(of: journal) { try RunDatabase(readingFrom: path) }
      try expectRefusal(of: journal) { try RunDatabase(writingTo: path) }
    }
    try expectRefusal { try RunDatabase(readingFrom: linkedFolder + "/received.db") }
    // Beside the link itself SQLite does not look today.
    try files.moveItem(atPath: received + "-journal", toPath: link + "-journal")
    try expectRefusal(of: link + "-journal") { try RunDatabase(readingFrom: link) }
  }

  @Test func aLinkToANameThatIsNotTextHidesNoJournal() throws {
    try putJournal(beside: received)
    let script = """
      name=$(printf 'x\\377')
      mv received.db "$name" && mv received.db-journal "$name-journal" && ln -s "$name" link.db
      """
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", script]
    shell.currentDirectoryURL = folder.url
    try shell.run()
    shell.waitUntilExit()
    try #require(shell.terminationStatus == 0)
    let link = folder.path("link.db")
    try expectRefusal(
      with: .cannotOpen(path: link, detail: "it leads to a name that is not UTF-8")
    ) { try RunDatabase(readingFrom: link) }
  }

  @Test func anOrdinaryJournalIsRolledBackAsEver() throws {
    // The header of a journal without pages, and no record at its end.
    try journal(naming: nil).write(to: URL(fileURLWithPath: received + "-journal"))
    #expect(try RunDatabase(readingFrom: received).run(1).name == "a")
    #expect(!FileManager.default.fileExists(atPath: received + "-journal"))
  }

  @Test func aPipeInPlaceOfTheJournalIsNotWaitedFor() throws {
    let pipe = received + "-journal"
    try #require(mkfifo(pipe, 0o600) == 0)
    try expectRefusal(
      with: .cannotOpen(path: pipe, detail: "it is not an ordinary file")
    ) { try RunDatabase(readingFrom: received) }
  }

  private func expectRefusal<Value>(of journal: String, _ body: () throws -> Value) throws {
    try expectRefusal(with: .journalOfSeveralFiles(path: journal), body)
  }

  private func expectRefusal<Value>(
    with expected: RunStoreError? = nil, _ body: () throws -> Value
  ) throws {
    let error = #expect(throws: RunStoreError.self) { _ = try body() }
    if let expected { #expect(error == expected) }
    #expect(try Data(contentsOf: URL(fileURLWithPath: victim)) == Data("precious".utf8))
  }

  private func putJournal(beside path: String) throws {
    try journal(naming: victim).write(to: URL(fileURLWithPath: path + "-journal"))
  }

  /// A journal as a crash leaves it, in the format of SQLite's file format document, section 3.
  /// - Parameter file: The super-journal of the record at its end; nil for no such record.
  private func journal(naming file: String?) throws -> Data {
    let size = try Data(contentsOf: URL(fileURLWithPath: received)).count
    let mark: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
    var bytes = mark
    // Page records, nonce, pages before the transaction, sector size, page size.
    for number in [0, 1, size / 4096, 512, 4096] { bytes += bigEndian(number) }
    bytes += [UInt8](repeating: 0, count: 512 - bytes.count)
    guard let file else { return Data(bytes) }
    let name = Array(file.utf8)
    let sum = name.reduce(0) { $0 + Int($1) }
    bytes += bigEndian(0x4000_0000 / 4096 + 1) + name
    bytes += bigEndian(name.count) + bigEndian(sum) + mark
    return Data(bytes)
  }

  private func bigEndian(_ number: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
  }
}
