import Foundation
import TestSupport
import Testing

@testable import RunStore

/// Many write one file at once, while others read it.
@Suite struct WritersTests {
  @Test(.slow) func sixteenWritersAndTwoReadersLoseNothing() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("tracker.db")
    let (writers, batches, size) = (16, 40, 250)
    _ = try RunDatabase(writingTo: path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      let readers = (0..<2).map { _ in Task { try await Self.read(path) } }
      for writer in 0..<writers {
        group.addTask {
          let database = try RunDatabase(writingTo: path)
          let run = try database.createRun(
            RunDraft(name: "writer \(writer)", startedAt: StoreFixture.start)
          ).id
          for batch in 0..<batches {
            let points = (0..<size).map { point in
              let step = batch * size + point
              return MetricPoint(name: "loss", step: step, value: Double(step * (writer + 1)))
            }
            try database.record(RunBatch(time: StoreFixture.start, metrics: points), run: run)
          }
        }
      }
      try await group.waitForAll()
      for reader in readers {
        reader.cancel()
        try await reader.value
      }
    }
    let database = try RunDatabase(readingFrom: path)
    for writer in 0..<writers {
      let run = try database.runID(RunSelector("writer \(writer)"))
      let values = try database.metrics(ofRun: run).map(\.value)
      #expect(values == (0..<batches * size).map { Double($0 * (writer + 1)) })
    }
    // The runs are still open: whether they are stale is another matter.
    let findings = try database.examine(seenFrom: .unknown, at: StoreFixture.start)
    #expect(findings == [])
  }

  /// Reads until it is told to stop: what it sees is always whole.
  private static func read(_ path: String) async throws {
    let reader = try StatementReader(readingFrom: path)
    while !Task.isCancelled {
      let rows = try reader.rows(
        """
        SELECT (SELECT COUNT(*) FROM metric_points), (SELECT COALESCE(SUM(count), 0) FROM metric_series)
        """)
      let row = try #require(rows.first)
      #expect(row[0] == row[1])
      await Task.yield()
    }
  }

  @Test func aWriterWaitsAsLongAsItShouldAlsoAfterTheLogBeganAnew() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("tracker.db")
    let holder = try RunDatabase(writingTo: path)
    let waiter = try RunDatabase(
      writingTo: path, readers: 1, patience: 0.2, upgrade: SchemaUpgrade(path: path))
    // Cutting much off the end has the log begin anew, for which nobody is waited.
    try WritePacing(outsideTransactions: waiter.outsideTransactions).pause(afterCutting: 1_000_000)
    try holder.write { _ in
      let start = ContinuousClock.now
      #expect(throws: RunStoreError.busy(path: path)) { try waiter.write { _ in } }
      #expect(ContinuousClock.now - start >= .milliseconds(200))
    }
    try waiter.write { _ in }
  }

  @Test func aWriterThatWaitsInVainSaysSo() throws {
    let error = RunStoreError.busy(path: "a.db")
    #expect(error.localizedDescription.contains("stayed locked by another process for a minute"))
    #expect(error.recoverySuggestion?.isEmpty == false)
    #expect(Connection.patience == 60)
  }
}
