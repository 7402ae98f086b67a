import Foundation
import Randomness
import TestSupport
import Testing

@testable import RunStore

/// A file that was damaged anywhere gives an error that names it, or what is right: no trap, no hang.
@Suite(.slow) struct MutatedDatabaseTests {
  /// The number of files.
  static let files = 2_000

  @Test func damagedFilesGiveErrorsOnly() throws {
    let fixture = try filled()
    try fixture.execute("PRAGMA wal_checkpoint(TRUNCATE); VACUUM")
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture.path)))
    let path = fixture.folder.path("damaged.db")
    var refused = 0
    for seed in 0..<Self.files {
      var generator = SeededGenerator(seed: UInt64(seed))
      for side in ["", "-wal", "-shm", "-journal"] {
        try? FileManager.default.removeItem(atPath: path + side)
      }
      try Data(whole.damaged(using: &generator)).write(to: URL(fileURLWithPath: path))
      do {
        try useEverything(path)
      } catch let error as RunStoreError {
        refused += 1
        #expect(
          !error.localizedDescription.isEmpty && error.recoverySuggestion?.isEmpty == false,
          "seed \(seed)")
      }
    }
    // Most damage hits pages that are looked at.
    #expect(refused > Self.files / 10)
    #expect(try peakMemory() < mostMemory, "megabytes")
  }

  /// Reads and writes all there is.
  private func useEverything(_ path: String) throws {
    let reader = try RunDatabase(readingFrom: path)
    for run in try reader.runs(seenFrom: .unknown, at: Date()) {
      _ = try reader.run(run.id)
      _ = try reader.parameters(ofRun: run.id)
      _ = try reader.layers(ofRun: run.id)
      _ = try reader.metrics(ofRun: run.id)
      _ = try reader.metricSummaries(ofRun: run.id)
      _ = try reader.histograms(ofRun: run.id)
      _ = try reader.checkpoint(ofRun: run.id)
      _ = try reader.predictions(ofRun: run.id)
      _ = try reader.digest(ofRun: run.id)
    }
    _ = try reader.examine(seenFrom: .unknown, at: StoreFixture.start)
    _ = try reader.storageUse()
    let writer = try RunDatabase(writingTo: path)
    let run = try writer.createRun(RunDraft(name: "new", startedAt: StoreFixture.start)).id
    try writer.record(
      RunBatch(time: StoreFixture.start, metrics: [MetricPoint(name: "x", step: 1, value: 1)]),
      run: run)
    _ = try writer.repair(seenFrom: .unknown, at: StoreFixture.start)
  }

  private func filled() throws -> StoreFixture {
    let fixture = try StoreFixture()
    for epoch in 0..<3 {
      let tensor = TensorRecord(
        name: "w", shape: [4, 50], values: (0..<200).map { Float($0 + epoch) })
      try fixture.database.record(
        RunBatch(
          time: StoreFixture.start,
          metrics: (0..<50).map {
            MetricPoint(name: "loss", step: epoch * 50 + $0, epoch: epoch, value: 1)
          },
          histograms: [
            HistogramRecord(
              epoch: epoch, layer: "a", quantity: .weight, lower: 0, upper: 1, counts: [1, 2])
          ],
          checkpoint: CheckpointRecord(
            weights: SnapshotRecord(epoch: epoch, step: epoch, tensors: [tensor]), optimizer: nil,
            state: "{}"),
          predictions: [PredictionRecord(row: epoch, inputs: [1, 2], target: 1)]),
        run: fixture.run)
    }
    try fixture.database.setLayers(
      [
        LayerRecord(
          position: 0, name: "a", kind: "linear", inputShape: [1, 4], outputShape: [1, 50],
          weightShape: [50, 4], weightCount: 200, biasCount: 0, macs: 200)
      ], run: fixture.run)
    return fixture
  }
}
