import Foundation
import TestSupport
import Testing

@testable import RunStore

/// Someone cuts the file that ends in `-wal`: nobody says that all is well.
@Suite(.slow) struct CutLogTests {
  private static func batch(_ series: Int, from step: Int) -> RunBatch {
    RunBatch(
      time: StoreFixture.start,
      metrics: (0..<400).map {
        MetricPoint(name: "m\(series)", step: step + $0, value: Double($0))
      })
  }

  /// A file with 60 metrics, then batches of one metric each, until the log is as long as `pages` and, from
  /// 1,000 on, was copied into the file.
  private static func file(pages: Int) throws -> StoreFixture {
    let fixture = try StoreFixture()
    for series in 0..<60 { try fixture.database.record(batch(series, from: 0), run: fixture.run) }
    try fixture.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    var number = 0
    while try size(fixture.path + "-wal") < 32 + pages * 4_120 {
      try fixture.database.record(batch(number % 60, from: 1_000 * (number + 1)), run: fixture.run)
      number += 1
    }
    return fixture
  }

  private static func size(_ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
  }

  /// The file and its log, as a process that is killed now would leave them.
  private func left(by fixture: StoreFixture, logBytes: Int) throws -> String {
    let path = fixture.folder.path("left-\(logBytes).db")
    for side in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: fixture.path + side, toPath: path + side)
    }
    #expect(truncate(path + "-wal", off_t(logBytes)) == 0)
    return path
  }

  @Test func aLogThatWasCutIsNamedAndStaysOutOfTheFile() throws {
    let fixture = try Self.file(pages: 1_000)
    let whole = try Self.size(fixture.path + "-wal")
    var refused = 0
    for eighth in 1..<8 {
      let path = try left(by: fixture, logBytes: whole * eighth / 8)
      let files = [path, path + "-wal"].map { URL(fileURLWithPath: $0) }
      let before = try files.map { try Data(contentsOf: $0) }
      guard case RunStoreError.unfitLog? = try Self.failure({ try RunDatabase(readingFrom: path) })
      else {
        // Where old pages happen to go with new ones, nobody can tell; but nothing is broken.
        let findings = try RunDatabase(readingFrom: path)
          .examine(seenFrom: .unknown, at: StoreFixture.start)
        #expect(findings.allSatisfy { $0.kind != .page && $0.kind != .index }, "\(findings)")
        continue
      }
      refused += 1
      // As often as one asks, and whatever for.
      for open in [
        { _ = try RunDatabase(readingFrom: path) }, { _ = try RunDatabase(writingTo: path) },
        { _ = try StatementReader(readingFrom: path) },
      ] {
        let error = #expect(throws: RunStoreError.self, performing: open)
        #expect(error?.localizedDescription.contains("-wal', which a killed process left") == true)
        #expect(error?.recoverySuggestion?.contains("move the log to another folder") == true)
      }
      #expect(try files.map { try Data(contentsOf: $0) } == before)
      // What the hint says helps here: all of the log was in the file.
      try FileManager.default.removeItem(at: files[1])
      let database = try RunDatabase(readingFrom: path)
      #expect(try database.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
      #expect(
        try database.metrics(ofRun: 1).count == fixture.database.metrics(ofRun: 1).count)
    }
    #expect(refused > 1)
  }

  private static func failure(_ body: () throws -> RunDatabase) throws -> RunStoreError? {
    do {
      _ = try body()
      return nil
    } catch let error as RunStoreError {
      return error
    }
  }

  @Test func aWholeLogIsReadToItsEnd() throws {
    for pages in [200, 1_000] {
      let fixture = try Self.file(pages: pages)
      let path = try left(by: fixture, logBytes: Self.size(fixture.path + "-wal"))
      let database = try RunDatabase(writingTo: path)
      #expect(try database.digest(ofRun: 1) == fixture.database.digest(ofRun: 1))
      #expect(try database.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
    }
  }

  /// How much is left of a log of 200 pages while the program goes on.
  @Test(arguments: [0.0, 0.001, 0.3, 0.99]) func aLogThatIsCutMeanwhileEndsTheWriting(
    part: Double
  ) throws {
    let fixture = try Self.file(pages: 200)
    let log = fixture.path + "-wal"
    #expect(truncate(log, off_t(Double(try Self.size(log)) * part)) == 0)
    #expect(throws: RunStoreError.self) {
      for step in 0..<20 {
        try fixture.database.record(Self.batch(step, from: 1_000_000 + step), run: fixture.run)
      }
    }
    #expect(throws: RunStoreError.self) {
      try fixture.database.finishRun(fixture.run, status: .finished, at: StoreFixture.start)
    }
    // Nothing of the gap has come into the file: what a later program finds is sound, or refused.
    let path = try left(by: fixture, logBytes: Self.size(log))
    do {
      let database = try RunDatabase(readingFrom: path)
      #expect(try database.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
      #expect(try database.run(fixture.run).status == .running)
    } catch RunStoreError.unfitLog {}
  }

  @Test func aLogThatIsRemovedMeanwhileEndsTheWriting() throws {
    let fixture = try Self.file(pages: 20)
    try FileManager.default.removeItem(atPath: fixture.path + "-wal")
    let error = #expect(throws: RunStoreError.self) {
      try fixture.database.finishRun(fixture.run, status: .finished, at: StoreFixture.start)
    }
    #expect(error?.localizedDescription.contains("has removed") == true)
  }

  @Test func programsThatEmptyTheLogAreNoFault() throws {
    let fixture = try Self.file(pages: 50)
    for step in 0..<6 {
      // The first one waits for no reader, the second makes the log a file of no bytes.
      let mode = step.isMultiple(of: 2) ? "RESTART" : "TRUNCATE"
      try fixture.execute("PRAGMA wal_checkpoint(\(mode))")
      try fixture.database.record(Self.batch(step, from: 2_000_000), run: fixture.run)
      try fixture.execute("UPDATE runs SET note = 'by another program'")
    }
    #expect(try fixture.database.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
  }
}
