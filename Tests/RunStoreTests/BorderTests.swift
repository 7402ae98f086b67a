import Foundation
import TestSupport
import Testing

@testable import RunStore

/// What comes from or goes into another file is what it says that it is.
struct BorderTests {
  private static let values: [Float] = [1, 2, 3]
  private static let bytes = TensorRecord(name: "w", shape: [3], values: values).data
  private static let hash = SHA256.hexadecimal(bytes)

  /// A file of someone else, with a run that has one tensor and one artifact.
  private let other: StoreFixture
  private let path: String
  private let database: RunDatabase

  init() throws {
    other = try StoreFixture()
    try Self.fill(other.database, other.run)
    path = other.folder.path("mine.db")
    database = try RunDatabase(writingTo: path)
  }

  /// Stores the tensor, an artifact of the same content, and a series.
  private static func fill(_ database: RunDatabase, _ run: Int) throws {
    try database.record(
      RunBatch(
        time: StoreFixture.start,
        metrics: (1...5).map { MetricPoint(name: "loss", step: $0, value: 1 / Double($0)) },
        snapshots: [
          SnapshotRecord(
            epoch: 1, step: 1, tensors: [TensorRecord(name: "w", shape: [3], values: values)])
        ],
        artifacts: [ArtifactRecord(name: "a", mediaType: "x/y", data: bytes)]), run: run)
    try database.finishRun(run, status: .finished, at: StoreFixture.start)
  }

  private func merge(_ preference: MergePreference? = nil) throws -> MergedRun {
    try #require(
      try database.merge(
        from: other.path, preferring: preference, seenFrom: .unknown, at: StoreFixture.start
      ).first)
  }

  /// A run of our own, of the same content.
  @discardableResult
  private func runOfOurOwn() throws -> Int {
    let run = try database.createRun(RunDraft(name: "own", startedAt: StoreFixture.start)).id
    try Self.fill(database, run)
    return run
  }

  private func expectSound(_ run: Int) throws {
    #expect(try database.snapshot(ofRun: run).tensors.first?.values == Self.values)
    #expect(try database.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
  }

  private static let damages = [
    "UPDATE blobs SET data = zeroblob(byte_count)",
    "UPDATE blobs SET data = CAST(substr(data, 1, 11) || x'7F' AS BLOB)",
    "UPDATE blobs SET data = x'', byte_count = 0",
    """
    INSERT INTO blob_chunks (content, position, data) SELECT 5, 0, zeroblob(byte_count) FROM blobs;
    UPDATE blobs SET data = NULL, content = 5;
    """,
    "PRAGMA foreign_keys = OFF; DELETE FROM blobs",
  ]

  @Test(arguments: TestScope.some(damages)) func aRunOfFalseContentStaysOutAndPoisonsNothing(
    _ sql: String
  ) throws {
    try other.execute(sql)
    let merged = try merge()
    #expect(merged.outcome == .damaged && merged.run == nil)
    #expect(merged.details.count == 1)
    #expect(
      merged.details[0].hasPrefix("the content of the artifact a ")
        || merged.details[0].hasPrefix("the content of the tensor w of the weights after epoch 1 "))
    #expect(try database.runs(seenFrom: .unknown, at: Date()).isEmpty)
    try expectSound(runOfOurOwn())
    // With the right content here, there is nothing false about the run.
    #expect(try merge().outcome == .added)
    try expectSound(2)
  }

  @Test(arguments: damages) func aDamagedRunIsNotExported(_ sql: String) throws {
    try other.execute(sql)
    let one = other.folder.path("one.db")
    let error = #expect(throws: RunStoreError.self) {
      try other.database.exportRun(
        other.run, to: one, seenFrom: .unknown, at: StoreFixture.start)
    }
    #expect(error?.localizedDescription.contains("the content of the artifact a") == true)
    #expect(!FileManager.default.fileExists(atPath: one))
    #expect(throws: RunStoreError.self) { try other.database.artifacts(ofRun: other.run) }
    #expect(throws: RunStoreError.self) { try other.database.snapshot(ofRun: other.run) }
  }

  @Test(arguments: damages.dropLast()) func contentThatDecayedHereIsMended(_ sql: String) throws {
    #expect(try merge().outcome == .added)
    try PlainConnection(path: path).execute(sql)
    let merged = try merge()
    #expect(merged.outcome == .updated && merged.details == ["the content of the artifact a"])
    try expectSound(1)
    #expect(try merge().outcome == .present)
  }

  @Test(arguments: damages.dropLast()) func contentThatIsStoredTakesThePlaceOfFalseContent(
    _ sql: String
  ) throws {
    let first = try runOfOurOwn()
    try PlainConnection(path: path).execute(sql)
    #expect(throws: RunStoreError.self) { try database.snapshot(ofRun: first) }
    let second = try runOfOurOwn()
    try PlainConnection(path: path).execute(
      "DELETE FROM blob_chunks WHERE content NOT IN (SELECT content FROM blobs WHERE content > 0)")
    try expectSound(first)
    try expectSound(second)
  }

  @Test func falseContentOfOneRunKeepsNoOtherRunOut() throws {
    let good = try other.database.createRun(RunDraft(name: "good", startedAt: StoreFixture.start))
      .id
    try other.database.finishRun(good, status: .finished, at: StoreFixture.start)
    try other.execute(Self.damages[0])
    let merged = try database.merge(from: other.path, seenFrom: .unknown, at: StoreFixture.start)
    #expect(merged.map(\.outcome) == [.damaged, .added])
  }

  @Test(
    arguments: TestScope.some([
      "UPDATE metric_points SET value = 0.9 WHERE step = 1",
      "UPDATE metric_points SET value = -7 WHERE step = 3",
      "UPDATE metric_points SET value = NULL WHERE step = 2",
      "UPDATE metric_points SET value = 9e999 WHERE step = 2",
      "DELETE FROM metric_points WHERE step = 2",
      "INSERT INTO metric_points (series_id, step, value) VALUES (1, 6, 0.5)",
      "UPDATE metric_series SET min_value = 0.001",
    ]))
  func aSeriesThatIsNotWhatItsSummarySaysStaysOut(_ sql: String) throws {
    try other.execute(sql)
    let merged = try merge()
    #expect(merged.outcome == .damaged && merged.run == nil)
    #expect(merged.details == ["the summary of the metric loss differs from its points"])
    #expect(try database.runs(seenFrom: .unknown, at: Date()).isEmpty)
    #expect(throws: RunStoreError.self) {
      try other.database.exportRun(
        other.run, to: other.folder.path("one.db"), seenFrom: .unknown, at: StoreFixture.start)
    }
  }

  @Test func aHistogramThatIsNotWhatItSaysStaysOut() throws {
    try other.execute(
      """
      INSERT INTO histograms (run_id, epoch, layer, quantity, lower, upper, counts, count)
      VALUES (1, 2, 'fc', 'weight', 0, 1, '[1,3]', 3)
      """)
    #expect(
      try merge().details
        == ["the count of the weight histogram of fc after epoch 2 is not the sum of its bins"])
    try other.execute("UPDATE histograms SET count = 4")
    #expect(try merge().outcome == .added)
  }

  @Test func aReplacementThatIsNotWhatItSaysChangesNothing() throws {
    #expect(try merge().outcome == .added)
    let before = try database.digest(ofRun: 1)
    try other.execute("UPDATE metric_points SET value = -7 WHERE step = 3")
    #expect(try merge(.other).outcome == .damaged)
    #expect(try database.digest(ofRun: 1) == before)
    try other.execute("UPDATE metric_points SET value = 1.0 / 3 WHERE step = 3")
    #expect(try merge().outcome == .present)
  }

  @Test func rowsThatTheSchemaRefusesStayOut() throws {
    try other.execute(
      """
      PRAGMA ignore_check_constraints = ON;
      INSERT INTO params (run_id, name, value) VALUES (1, '', 1)
      """)
    #expect(try merge().outcome == .damaged)
    #expect(try database.runs(seenFrom: .unknown, at: Date()).isEmpty)
  }

  @Test(arguments: ["UTF-16le", "UTF-16be"])
  func aFileOfAnotherEncodingIsRefusedForThat(encoding: String) throws {
    let file = other.folder.path("utf16.db")
    try PlainConnection(path: file).execute(
      "PRAGMA encoding = '\(encoding)';" + EmbeddedSchema.script)
    let error = RunStoreError.otherEncoding(path: file, encoding: encoding)
    #expect(throws: error) { try RunDatabase(readingFrom: file) }
    #expect(throws: error) { try RunDatabase(writingTo: file) }
    #expect(throws: error) { try StatementReader(readingFrom: file) }
    #expect(throws: error) {
      try database.merge(from: file, seenFrom: .unknown, at: StoreFixture.start)
    }
    #expect(throws: error) {
      try RunDatabase.putBack(file, at: path, seenFrom: .unknown, at: StoreFixture.start)
    }
    try PlainConnection(path: file).execute("PRAGMA user_version = 1")
    #expect(throws: error) { try RunDatabase(readingFrom: file) }
    #expect(throws: error) { try RunDatabase(writingTo: file) }
  }
}
