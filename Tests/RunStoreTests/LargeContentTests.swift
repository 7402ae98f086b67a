import Foundation
import GRDB
import TestSupport
import Testing

@testable import RunStore

/// Content of more than a mebibyte, which stands in chunks.
@Suite struct LargeContentTests {
  /// Bytes that are nowhere the same, but the same at every call.
  private static func bytes(_ count: Int, seed: UInt64 = 1) -> Data {
    let words = (0..<UInt64(count / 8 + 1)).map { ($0 &+ seed << 32) &* 0x9E37_79B9_7F4A_7C15 }
    return words.withUnsafeBytes { Data($0.prefix(count)) }
  }

  /// Gives `data` in pieces of odd sizes.
  private static func source(_ data: Data) -> (Int) -> Data {
    var offset = 0
    return { count in
      let piece = data.dropFirst(offset).prefix(min(count, 300_007))
      offset += piece.count
      return piece
    }
  }

  @Test func rowsAreHashedAlikeFromAStatementAndFromValues() throws {
    let long = String(repeating: "ä", count: 70_000)
    let values: [SQLValue] = [
      .text("a\0b"), .text(long), .null, .blob(Self.bytes(70_000)), .blob(Data()), .text(""),
      .integer(-3), .real(2), .real(0.1), .null,
    ]
    var hash = RowHash()
    hash.add(values)
    let expected = hash.finish()
    let found = try DatabaseQueue().inDatabase { db in
      let statement = try db.cachedStatement(
        sql: "SELECT 'part', \(values.map { _ in "?" }.joined(separator: ", "))")
      let handle = StatementHandle(pointer: statement.sqliteStatement)
      for (index, value) in zip(Int32(1)..., values) { try handle.bind(value, at: index) }
      #expect(try handle.advance())
      hash.add(handle, from: 1)
      return hash.finish()
    }
    #expect(found == expected)
    #expect(found.rowCount == 1)
  }

  /// Who commits when the log has a thousand pages brings them into the file, and waits until the disk has
  /// them.
  @Test func whatIsStoredInChunksLeavesNothingForOthersToBringIntoTheFile() throws {
    let fixture = try StoreFixture()
    let other = try DatabaseQueue(path: fixture.path)
    var left = 12
    var mostPending = 0
    try fixture.database.storeArtifact(
      "large", run: fixture.run, at: StoreFixture.start, on: .unknown
    ) { count in
      mostPending = max(mostPending, try Self.pendingPages(of: fixture.path))
      try other.write { try $0.execute(sql: "UPDATE runs SET note = 'written'") }
      left -= 1
      return left < 0 ? Data() : Self.bytes(count, seed: UInt64(left))
    }
    #expect(mostPending < 100, "pages that are in the log alone")
    let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path + "-wal")
    #expect(try #require(attributes[.size] as? Int) < 1_000 * (4_096 + 24), "bytes of the log")
  }

  /// How many pages of the log are not in the file, by its index: https://sqlite.org/walformat.html.
  private static func pendingPages(of path: String) throws -> Int {
    let index = try Data(contentsOf: URL(fileURLWithPath: path + "-shm"))
    let (written, moved) = index.withUnsafeBytes {
      ($0.load(fromByteOffset: 16, as: UInt32.self), $0.load(fromByteOffset: 96, as: UInt32.self))
    }
    return Int(written) - Int(moved)
  }

  @Test func aLongTextIsHashedWithoutCopies() async throws {
    let fixture = try StoreFixture()
    try fixture.execute("UPDATE runs SET note = hex(zeroblob(20000000))")
    let path = fixture.path
    let run = fixture.run
    await #expect(processExitsWith: .success) { [path = path as String, run = run as Int] in
      let database = try RunDatabase(readingFrom: path)
      let before = try peakMemory()
      _ = try database.digest(ofRun: run)
      let growth = try peakMemory() - before
      #expect(growth < 50, "\(growth) megabytes")
    }
  }

  @Test func ofALongTextPeopleSeeTheStart() throws {
    let fixture = try StoreFixture()
    try fixture.execute(
      """
      UPDATE runs SET name = hex(zeroblob(5)), note = 'äöü', error = 'abc';
      INSERT INTO params (run_id, name, value) VALUES (1, 'long', 'äöüß'), (1, 'lr', 0.125);
      INSERT INTO tags (run_id, name, value) VALUES (1, 'tag', hex(zeroblob(5)));
      """)
    let database = try RunDatabase(readingFrom: fixture.path, characters: 3)
    let record = try database.run(1)
    #expect([record.name, record.note, record.error] == ["000…", "äöü", "abc"])
    #expect(try database.parameters(ofRun: 1) == ["long": "äöü…", "lr": 0.125])
    #expect(try database.tags(ofRun: 1) == ["tag": "000…"])
    #expect(try database.runs(seenFrom: .unknown, at: Date()).map(\.name) == ["000…"])
    let compared = try database.comparedRuns([1], metrics: nil)
    #expect(compared[0].name == "000…" && compared[0].parameters["long"] == "äöü…")
    #expect(try fixture.database.parameters(ofRun: 1)["long"] == "äöüß")
  }

  @Test func longParametersAreToldApartByAllOfThem() throws {
    let fixture = try StoreFixture()
    try fixture.execute(
      """
      INSERT INTO runs (name) VALUES ('second');
      INSERT INTO params (run_id, name, value)
      SELECT id, 'same', hex(zeroblob(500)) FROM runs
      UNION ALL SELECT id, 'other', hex(zeroblob(500)) || id FROM runs
      UNION ALL SELECT id, 'number', iif(id = 1, 1, 1.0) FROM runs;
      """)
    let database = try RunDatabase(readingFrom: fixture.path, characters: 100)
    #expect(try database.differingParameters(amongRuns: [1, 2]) == ["other"])
    #expect(try database.parameterNames(ofRuns: [1, 2], differing: true) == ["other"])
  }

  @discardableResult
  private func store(
    _ data: Data, as name: String = "model.bin", in fixture: StoreFixture
  ) throws -> ArtifactSummary {
    try fixture.database.storeArtifact(
      name, run: fixture.run, at: StoreFixture.start, on: .current(),
      reading: Self.source(data))
  }

  private func content(_ hash: String, in database: RunDatabase) throws -> Data {
    var whole = Data()
    try database.forEachPiece(ofBlob: hash) { piece in
      #expect(piece.count <= 1 << 20)
      whole.append(piece)
    }
    return whole
  }

  /// What is found by someone who knows that no process lives.
  private func findings(_ database: RunDatabase) throws -> [Finding] {
    try database.examine(seenFrom: .unknown, at: StoreFixture.start)
  }

  /// Whoever looks after the death of every process of this machine.
  private var afterTheEnd: Machine {
    let machine = Machine.current()
    return Machine(
      host: machine.host, bootID: machine.bootID, pidNamespace: machine.pidNamespace,
      isProcessAlive: { _ in false })
  }

  @Test(arguments: [0, 1, 1 << 20, 1 << 20 + 1, 4 << 20, 5 << 20 + 3])
  func whatGoesInComesOutByPieces(size: Int) throws {
    let fixture = try StoreFixture()
    let data = Self.bytes(size)
    let stored = try store(data, in: fixture)
    #expect(stored.byteCount == size)
    #expect(stored.blobHash == SHA256.hexadecimal(data))
    #expect(try fixture.database.artifactSummaries(ofRun: fixture.run) == [stored])
    #expect(try content(stored.blobHash, in: fixture.database) == data)
    #expect(try fixture.database.artifacts(ofRun: fixture.run).map(\.data) == [data])
    let chunks = size > 1 << 20 ? (size + (1 << 20) - 1) >> 20 : 0
    #expect(try fixture.rows("SELECT COUNT(*) FROM blob_chunks") == [[.integer(Int64(chunks))]])
    #expect(try findings(fixture.database) == [])
    #expect(try fixture.rows("SELECT name FROM metadata WHERE name LIKE 'content%'") == [])
  }

  @Test func aFileIsStoredByItsPath() throws {
    let fixture = try StoreFixture()
    let data = Self.bytes(3_000_000)
    let path = fixture.folder.path("model.bin")
    try data.write(to: URL(fileURLWithPath: path))
    let stored = try fixture.database.storeArtifact(
      "model.bin", ofFile: path, run: fixture.run, at: StoreFixture.start, on: .current())
    #expect(try content(stored.blobHash, in: fixture.database) == data)
    #expect(throws: RunStoreError.missing(path: "nowhere")) {
      try fixture.database.storeArtifact(
        "x", ofFile: "nowhere", run: fixture.run, at: StoreFixture.start, on: .current())
    }
    #expect(throws: RunStoreError.noSuchRun(selector: "9")) {
      try fixture.database.storeArtifact(
        "x", ofFile: path, run: 9, at: StoreFixture.start, on: .current())
    }
  }

  @Test func theSameContentIsStoredOnceAndWhatIsReplacedGoes() throws {
    let fixture = try StoreFixture()
    let data = Self.bytes(2_500_000)
    try store(data, as: "a", in: fixture)
    try store(data, as: "b", in: fixture)
    #expect(try fixture.rows("SELECT COUNT(*) FROM blobs") == [[1]])
    #expect(try fixture.rows("SELECT COUNT(*) FROM blob_chunks") == [[3]])
    try store(Self.bytes(1_500_000, seed: 2), as: "a", in: fixture)
    try store(Data([1]), as: "b", in: fixture)
    try store(Data([2]), as: "b", in: fixture)
    #expect(try fixture.rows("SELECT COUNT(*) FROM blobs") == [[2]])
    try fixture.database.removeUnusedContent(seenFrom: .unknown, at: StoreFixture.start)
    #expect(try fixture.rows("SELECT COUNT(*) FROM blob_chunks") == [[2]])
    #expect(try findings(fixture.database) == [])
  }

  @Test func contentThatWasDamagedIsMendedByStoringItAgain() throws {
    let fixture = try StoreFixture()
    let data = Self.bytes(2_500_000)
    let stored = try store(data, in: fixture)
    try fixture.execute("UPDATE blob_chunks SET data = zeroblob(length(data)) WHERE position = 1")
    #expect(throws: RunStoreError.self) { try content(stored.blobHash, in: fixture.database) }
    #expect(try findings(fixture.database).map(\.kind) == [.blobContent])
    try store(data, as: "again", in: fixture)
    #expect(try content(stored.blobHash, in: fixture.database) == data)
    #expect(try findings(fixture.database) == [])
  }

  @Test func aSourceThatFailsLeavesNothing() throws {
    struct Failure: Error {}
    let fixture = try StoreFixture()
    let source = Self.source(Self.bytes(9_000_000))
    var calls = 0
    #expect(throws: Failure.self) {
      try fixture.database.storeArtifact(
        "x", run: fixture.run, at: StoreFixture.start, on: .current()
      ) { count in
        calls += 1
        if calls == 25 { throw Failure() }
        return source(count)
      }
    }
    #expect(try fixture.rows("SELECT COUNT(*) FROM blob_chunks") == [[0]])
    #expect(try findings(fixture.database) == [])
  }

  @Test func chunksOfAProgramThatDiedAreFoundAndPruned() throws {
    let fixture = try StoreFixture()
    try store(Self.bytes(2_500_000), in: fixture)
    let dead = try WritingProcess(on: .current(), at: StoreFixture.start).json()
    try fixture.execute(
      """
      INSERT INTO metadata (name, value) VALUES ('content 2', '\(dead)');
      INSERT INTO blob_chunks (content, position, data)
      SELECT 2 + value / 10, value % 10, zeroblob(1000) FROM generate_series(0, 29)
      """.replacing("FROM generate_series(0, 29)", with: Self.numbers))
    // The process is this one, which lives: but for the content that nobody claims, all is well.
    let seen = try fixture.database.examine(seenFrom: .current(), at: StoreFixture.start)
    #expect(seen.map(\.kind) == [.unnamedChunks])
    #expect(seen[0].message.hasPrefix("20 chunks of 20000 bytes belong to no blob"))
    _ = try fixture.database.prune(Pruning(), seenFrom: .current(), at: StoreFixture.start)
    #expect(try fixture.rows("SELECT COUNT(*) FROM blob_chunks WHERE content = 2") == [[10]])
    #expect(
      try fixture.database.examine(seenFrom: .current(), at: StoreFixture.start) == [])

    #expect(
      try fixture.database.examine(seenFrom: afterTheEnd, at: StoreFixture.start).map(\.kind)
        == [.unnamedChunks])
    _ = try fixture.database.prune(Pruning(), seenFrom: afterTheEnd, at: StoreFixture.start)
    #expect(try fixture.rows("SELECT COUNT(*) FROM blob_chunks") == [[3]])
    #expect(try fixture.rows("SELECT name FROM metadata WHERE name LIKE 'content%'") == [])
    #expect(try findings(fixture.database) == [])
  }

  /// The numbers from 0 to 29 as `value`.
  private static let numbers = """
    FROM (
      WITH RECURSIVE numbers (value) AS (
        SELECT 0 UNION ALL SELECT value + 1 FROM numbers WHERE value < 29)
      SELECT value FROM numbers)
    """

  @Test func pruningLeavesContentThatIsJustBeingStored() throws {
    let fixture = try StoreFixture()
    let other = try RunDatabase(writingTo: fixture.path)
    let data = Self.bytes(12_000_000)
    let source = Self.source(data)
    let stored = try fixture.database.storeArtifact(
      "x", run: fixture.run, at: StoreFixture.start, on: .current()
    ) { count in
      _ = try other.prune(Pruning(), seenFrom: .current(), at: StoreFixture.start)
      return source(count)
    }
    #expect(try content(stored.blobHash, in: fixture.database) == data)
  }

  @Test func contentThatIsRemovedWhileItIsStoredIsSaid() throws {
    let fixture = try StoreFixture()
    let source = Self.source(Self.bytes(12_000_000))
    #expect(throws: RunStoreError.lostContent(path: fixture.path)) {
      try fixture.database.storeArtifact(
        "x", run: fixture.run, at: StoreFixture.start, on: .current()
      ) { count in
        try fixture.execute("DELETE FROM blob_chunks WHERE position = 3")
        return source(count)
      }
    }
    #expect(try fixture.rows("SELECT COUNT(*) FROM blob_chunks") == [[0]])
    #expect(try fixture.rows("SELECT COUNT(*) FROM artifacts") == [[0]])
  }

  // MARK: Between files

  /// A file whose run has ended, with content in chunks and content of more bytes in one value, as
  /// version 1 had it.
  private func source() throws -> StoreFixture {
    let fixture = try StoreFixture()
    try store(Self.bytes(5_000_000), as: "chunks", in: fixture)
    try fixture.database.record(
      RunBatch(
        time: StoreFixture.start,
        artifacts: [
          ArtifactRecord(name: "value", mediaType: "x/y", data: Self.bytes(6_000_000, seed: 2)),
          ArtifactRecord(name: "small", mediaType: "x/y", data: Data([1])),
        ]), run: fixture.run)
    try fixture.database.finishRun(fixture.run, status: .finished, at: StoreFixture.start)
    return fixture
  }

  @Test func largeContentCrossesByPieces() throws {
    let fixture = try source()
    let target = try RunDatabase(writingTo: fixture.folder.path("target.db"))
    for outcome in [MergedRun.Outcome.added, .present] {
      #expect(
        try target.merge(from: fixture.path, seenFrom: .unknown, at: StoreFixture.start)
          .map(\.outcome) == [outcome])
    }
    #expect(
      try target.artifacts(ofRun: 1) == fixture.database.artifacts(ofRun: fixture.run))
    let chunks = try StatementReader(readingFrom: target.path)
      .rows("SELECT COUNT(*), MAX(length(data)) FROM blob_chunks")
    #expect(chunks == [[11, 1_048_576]])
    #expect(try findings(target) == [])

    let alone = fixture.folder.path("alone.db")
    try target.exportRun(1, to: alone, seenFrom: .unknown, at: StoreFixture.start)
    #expect(
      try RunDatabase(readingFrom: alone).artifacts(ofRun: 1) == target.artifacts(ofRun: 1))
  }

  @Test(
    arguments: TestScope.some([
      "UPDATE blob_chunks SET data = zeroblob(length(data)) WHERE position = 2",
      "DELETE FROM blob_chunks WHERE position = 4",
      "UPDATE blobs SET data = zeroblob(length(data)) WHERE length(data) > 1000",
    ]))
  func damagedContentDoesNotCross(damage: String) throws {
    let fixture = try source()
    try fixture.execute(damage)
    let target = try RunDatabase(writingTo: fixture.folder.path("target.db"))
    let merged = try target.merge(from: fixture.path, seenFrom: .unknown, at: StoreFixture.start)
    #expect(merged.map(\.outcome) == [.damaged])
    for table in ["runs", "blobs", "blob_chunks"] {
      #expect(
        try StatementReader(readingFrom: target.path).rows("SELECT COUNT(*) FROM \(table)")
          == [[0]], "\(table)")
    }
    #expect(try findings(target) == [])
  }

  // MARK: Giving room back

  @Test func pruningGivesTheRoomOfLargeContentBack() throws {
    let fixture = try source()
    #expect(try fixture.database.canShrink())
    try fixture.database.deleteRun(fixture.run, seenFrom: .unknown, at: StoreFixture.start)
    let pruning = Pruning(snapshots: false, deletedBefore: StoreFixture.start + 1)
    let items = try fixture.database.pruningItems(pruning)
    #expect(items.map(\.bytes) == [11_000_001])
    #expect(
      try fixture.database.prune(pruning, seenFrom: .unknown, at: StoreFixture.start) == items)
    let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path)
    #expect(try #require(attributes[.size] as? Int) < 1_000_000)
    #expect(try fixture.rows("PRAGMA freelist_count") == [[0]])
    #expect(try findings(fixture.database) == [])
  }

  @Test func aFileThatCannotShrinkIsRebuilt() throws {
    let fixture = try source()
    try fixture.execute("PRAGMA auto_vacuum = NONE; VACUUM")
    let database = try RunDatabase(writingTo: fixture.path)
    #expect(try !database.canShrink())
    try database.deleteRun(fixture.run, seenFrom: .unknown, at: StoreFixture.start)
    _ = try database.prune(
      Pruning(deletedBefore: StoreFixture.start + 1), seenFrom: .unknown, at: StoreFixture.start)
    #expect(try fixture.rows("PRAGMA freelist_count")[0][0].integer ?? 0 > 2_000)
    try database.rebuild()
    #expect(try database.canShrink())
    #expect(try fixture.rows("PRAGMA freelist_count") == [[0]])
  }

  @Test(.slow) func whatIsLeftOfARunAfterEachStepOfPruningIsAWholeRun() throws {
    let fixture = try source()
    let values: [Double] = (0..<45_000).map { step in
      switch step % 1000 {
      case 7: .nan
      case 8: .infinity
      default: sin(Double(step))
      }
    }
    try fixture.record(
      values.enumerated().map { index, value in
        MetricPoint(name: "long", step: index / 2, repeat: index % 2, value: value)
      } + (0..<100).map { MetricPoint(name: "short \($0)", step: 0, value: 1) })
    try fixture.database.record(
      RunBatch(
        time: StoreFixture.start,
        snapshots: (0..<3).map { epoch in
          SnapshotRecord(
            epoch: epoch, step: epoch, tensors: [TensorRecord(name: "w", shape: [1], values: [1])])
        },
        alerts: (0..<9_000).map { _ in
          AlertRecord(time: StoreFixture.start, level: .info, kind: "k", message: "m")
        }), run: fixture.run)
    try fixture.database.finishRun(fixture.run, status: .finished, at: StoreFixture.start)
    try fixture.database.deleteRun(fixture.run, seenFrom: .unknown, at: StoreFixture.start)
    var steps = 0
    while try fixture.database.write({ db in
      try fixture.database.removePart(
        ofRun: fixture.run, deletedBefore: StoreFixture.start + 1, in: db)
    }) {
      steps += 1
      let kinds = try findings(fixture.database).map(\.kind)
      #expect(kinds == [], "after step \(steps)")
    }
    #expect(steps > 10)
    #expect(try fixture.rows("SELECT COUNT(*) FROM runs") == [[0]])
    #expect(try fixture.rows("SELECT COUNT(*) FROM metric_points") == [[0]])
    #expect(try findings(fixture.database).allSatisfy { $0.kind == .unnamedChunks })
  }
}
