import Foundation
import TestSupport
import Testing

@testable import RunStore

/// Disks that are full, files that may not be written, files that go away.
@Suite(.serialized) struct DiskTests {
  @Test func aFullDiskIsSaidAndWhatWasStoredStays() throws {
    // Mounting takes rights that not everyone has.
    guard let disk = try SmallDisk(megabytes: 1) else { return }
    let path = disk.path("tracker.db")
    let database = try RunDatabase(writingTo: path)
    let run = try database.createRun(RunDraft(name: "a", startedAt: StoreFixture.start)).id
    var stored = 0
    #expect(throws: RunStoreError.diskFull(path: path)) {
      for step in 0..<1000 {
        let values = (0..<10_000).map { Float($0 + step) }
        try database.record(
          RunBatch(
            time: StoreFixture.start,
            metrics: [MetricPoint(name: "loss", step: step, value: 1)],
            snapshots: [
              SnapshotRecord(
                epoch: step, tensors: [TensorRecord(name: "w", shape: [10_000], values: values)])
            ]), run: run)
        stored += 1
      }
    }
    #expect(stored > 3)
    let reader = try RunDatabase(readingFrom: path)
    #expect(try reader.metricSummaries(ofRun: run).first?.count == stored)
    #expect(try reader.snapshot(ofRun: run).epoch == stored - 1)
    #expect(try reader.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
    let copy = disk.path("copy.db")
    #expect(throws: RunStoreError.diskFull(path: copy)) { try reader.backUp(to: copy) }
    #expect(!FileManager.default.fileExists(atPath: copy))
  }

  @Test func withoutRoomForTheLogAFileIsReadAndNotWritten() async throws {
    // Mounting takes rights that not everyone has.
    guard let disk = try SmallDisk(megabytes: 1) else { return }
    let path = disk.path("tracker.db")
    var database: RunDatabase? = try RunDatabase(writingTo: path)
    _ = try database?.createRun(RunDraft(name: "a", startedAt: StoreFixture.start))
    database = nil
    // Another thread may close the connection, and the room that its log took is to be filled too.
    try await wait { try disk.holdsOnly("tracker.db") }
    try disk.fill()
    #expect(try RunDatabase(readingFrom: path).run(1).name == "a")
    #expect(try StatementReader(readingFrom: path).rows("SELECT name FROM runs") == [["a"]])
    #expect(throws: RunStoreError.diskFull(path: path)) { try RunDatabase(writingTo: path) }
    try disk.makeRoom()
    #expect(try RunDatabase(readingFrom: path).run(1).name == "a")
  }

  @Test func aLogWithoutRoomForItsIndexIsNotPassedOver() async throws {
    guard let disk = try SmallDisk(megabytes: 1) else { return }
    let fixture = try StoreFixture()
    let path = disk.path("tracker.db")
    // A log as a process leaves it that is killed.
    for side in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: fixture.path + side, toPath: path + side)
    }
    try disk.fill()
    #expect(throws: RunStoreError.diskFull(path: path)) { try RunDatabase(readingFrom: path) }
    try disk.makeRoom()
    #expect(try RunDatabase(readingFrom: path).run(1).id == 1)
  }

  @Test func aFileThatWentAwayIsSaid() throws {
    let fixture = try StoreFixture()
    try FileManager.default.moveItem(
      atPath: fixture.path, toPath: fixture.folder.path("moved.db"))
    let point = [MetricPoint(name: "loss", step: 1, value: 1)]
    #expect(throws: RunStoreError.vanished(path: fixture.path)) { try fixture.record(point) }
    // Nor is another file at its place the same.
    _ = try RunDatabase(writingTo: fixture.path)
    #expect(throws: RunStoreError.vanished(path: fixture.path)) { try fixture.record(point) }
    #expect(!FileManager.default.fileExists(atPath: fixture.path + "-journal"))
  }
}
