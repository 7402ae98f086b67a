import Foundation
import Testing

@testable import RunStore

/// Deleting, restoring, pruning, and the bytes that runs take.
@Suite struct PruningTests {
  /// A finished run with snapshots of 40 kB after each of five epochs; the third is the best.
  private func filled() throws -> StoreFixture {
    let fixture = try StoreFixture()
    for (epoch, loss) in [2.0, 1.0, 0.5, .nan, 0.7].enumerated() {
      let tensor = TensorRecord(
        name: "w", shape: [10_000], values: (0..<10_000).map { Float($0 * (epoch + 1)) })
      try fixture.database.record(
        RunBatch(
          time: StoreFixture.start,
          metrics: [MetricPoint(name: "val/loss", step: epoch, epoch: epoch, value: loss)],
          checkpoint: CheckpointRecord(
            weights: SnapshotRecord(epoch: epoch, step: epoch, tensors: [tensor]), optimizer: nil,
            state: "{}")), run: fixture.run)
    }
    try fixture.database.finishRun(fixture.run, status: .finished, at: StoreFixture.start)
    return fixture
  }

  private func size(_ fixture: StoreFixture) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: fixture.path)
    return try #require(attributes[.size] as? Int)
  }

  @Test func theLastAndTheBestSnapshotStay() throws {
    let fixture = try filled()
    let listed = try fixture.database.pruningItems(Pruning())
    #expect(listed.map(\.epoch) == [0, 1, 3])
    #expect(listed.allSatisfy { $0.bytes == 40_000 })
    #expect(
      try fixture.database.prune(Pruning(), seenFrom: .unknown, at: StoreFixture.start) == listed)
    #expect(try fixture.database.checkpointEpochs(ofRun: fixture.run) == [2, 4])
    #expect(try fixture.database.pruningItems(Pruning()).isEmpty)
    #expect(try size(fixture) < size(StoreFixture()) + 2 * 40_000 + 100_000)
    #expect(try fixture.database.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
  }

  @Test func pruningMakesTheFileSmaller() throws {
    let fixture = try filled()
    try fixture.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    let before = try size(fixture)
    _ = try fixture.database.prune(Pruning(), seenFrom: .unknown, at: StoreFixture.start)
    #expect(try size(fixture) <= before - 3 * 40_000)
  }

  @Test func runningRunsKeepEverything() throws {
    let fixture = try filled()
    try fixture.execute("UPDATE runs SET status = 'running'")
    #expect(try fixture.database.pruningItems(Pruning()).isEmpty)
  }

  @Test func deletedRunsCanBeRestoredUntilTheyArePruned() throws {
    let fixture = try filled()
    let database = fixture.database
    let before = try database.digest(ofRun: fixture.run)
    try database.deleteRun(fixture.run, seenFrom: .unknown, at: StoreFixture.start)
    #expect(try database.runs(seenFrom: .unknown, at: Date()).isEmpty)
    #expect(throws: RunStoreError.isDeleted(run: 1)) {
      try database.runID(RunSelector("1"))
    }
    #expect(try database.runID(RunSelector("first"), deleted: true) == fixture.run)
    try database.restoreRun(fixture.run)
    #expect(try database.digest(ofRun: fixture.run) == before)

    try database.deleteRun(fixture.run, seenFrom: .unknown, at: StoreFixture.start)
    let pruning = Pruning(snapshots: false, deletedBefore: StoreFixture.start + 1)
    #expect(
      try database.prune(pruning, seenFrom: .unknown, at: StoreFixture.start).map(\.run) == [
        fixture.run
      ])
    #expect(try fixture.rows("SELECT COUNT(*) FROM runs") == [[0]])
    #expect(try fixture.rows("SELECT COUNT(*) FROM blobs") == [[0]])
  }

  @Test func aLivingRunIsNotDeleted() throws {
    let fixture = try StoreFixture()
    #expect(throws: RunStoreError.stillRunning(run: fixture.run, pid: nil, host: nil)) {
      try fixture.database.deleteRun(fixture.run, seenFrom: .unknown, at: StoreFixture.start)
    }
  }

  /// Also where others keep many tables.
  @Test(arguments: [0, 1_100]) func theBytesOfAllRunsAreThoseOfTheFile(others: Int) throws {
    let fixture = try filled()
    try fixture.execute((0..<others).map { "CREATE TABLE other\($0) (a);" }.joined())
    let second = try fixture.database.createRun(
      RunDraft(name: "second", startedAt: StoreFixture.start)
    ).id
    // The same tensor as one of the first run's: each of both gets half.
    let shared = TensorRecord(name: "w", shape: [10_000], values: (0..<10_000).map { Float($0) })
    try fixture.database.record(
      RunBatch(
        time: StoreFixture.start,
        snapshots: [SnapshotRecord(epoch: 0, tensors: [shared])]), run: second)
    try fixture.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    let uses = try fixture.database.storageUse()
    #expect(uses.map(\.run) == [fixture.run, second, nil])
    #expect(abs(uses.reduce(0) { $0 + $1.total } - Double(try size(fixture))) < 1)
    #expect(abs(uses[0].tensors / uses[1].tensors - 9) < 0.5)
  }
}
