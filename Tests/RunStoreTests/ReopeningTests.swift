import Foundation
import Testing

@testable import RunStore

/// Going on with a run drops what came later, and nothing else.
@Suite struct ReopeningTests {
  private let process = RunProcess(machine: .unknown, pid: 7, version: "2")

  private func filled() throws -> StoreFixture {
    let fixture = try StoreFixture()
    for epoch in 0...3 {
      let values = [Float(epoch), 1]
      let snapshot = SnapshotRecord(
        epoch: epoch, step: epoch * 10,
        tensors: [TensorRecord(name: "w", shape: [2], values: values)])
      try fixture.database.record(
        RunBatch(
          time: StoreFixture.start,
          metrics: [
            MetricPoint(name: "loss", step: epoch * 10, epoch: epoch, value: 1 / Double(epoch + 1))
          ],
          histograms: [
            HistogramRecord(
              epoch: epoch, step: epoch * 10, layer: "a", quantity: .weight, lower: 0, upper: 1,
              counts: [2])
          ],
          checkpoint: CheckpointRecord(weights: snapshot, optimizer: nil, state: "{}"),
          alerts: [
            AlertRecord(
              time: StoreFixture.start, epoch: epoch, step: epoch * 10, level: .info, kind: "note",
              message: "epoch \(epoch)")
          ]), run: fixture.run)
    }
    try fixture.database.finishRun(
      fixture.run, status: .failed, error: "why", at: StoreFixture.start)
    return fixture
  }

  @Test func whatIsLaterIsDropped() throws {
    let fixture = try filled()
    let dropped = try fixture.database.reopenRun(
      fixture.run, at: ResumePoint(epoch: 1, step: 10, isWithinEpoch: false), by: process,
      changing: [:], time: StoreFixture.start)
    #expect(dropped.description == "2 metric points, 2 histograms, 2 snapshots, 2 alerts")
    let database = fixture.database
    #expect(try database.metrics(ofRun: fixture.run).map(\.step) == [0, 10])
    let summary = try #require(try database.metricSummaries(ofRun: fixture.run).first)
    #expect(summary.count == 2 && summary.lastValue == 0.5 && summary.minimumStep == 10)
    #expect(try database.checkpoint(ofRun: fixture.run)?.weights.epoch == 1)
    let run = try database.run(fixture.run)
    #expect(run.status == .running && run.error == nil && run.endedAt == nil)
    #expect(run.pid == 7 && run.version == "2")
    #expect(try kinds(of: fixture) == [.staleRun])
  }

  @Test func whatTheMachineDidStaysAndIsNoStepOfTheTraining() throws {
    let fixture = try filled()
    try fixture.record((0..<100).map { MetricPoint(name: "system/load", step: $0, value: 1) })
    #expect(try fixture.database.lastStep(ofRun: fixture.run) == 30)
    _ = try fixture.database.reopenRun(
      fixture.run, at: ResumePoint(epoch: 1, step: 10, isWithinEpoch: false), by: process,
      time: StoreFixture.start)
    #expect(try fixture.database.metrics(ofRun: fixture.run, name: "system/load").count == 100)
    #expect(try fixture.database.nextSystemStep(ofRun: fixture.run) == 100)
    let other = try filled()
    let differences = try RunDifferences(
      fixture.run, in: fixture.database, with: other.run, in: other.database,
      from: ResumePoint(epoch: 0, step: 0, isWithinEpoch: false), isWhole: false)
    #expect(!differences.unknownMetrics.contains("system/load"))
  }

  @Test func pointsWithinTheEpochStay() throws {
    let fixture = try filled()
    try fixture.record([
      MetricPoint(name: "step", step: 14, epoch: 2, value: 1),
      MetricPoint(name: "step", step: 16, epoch: 2, value: 1),
    ])
    _ = try fixture.database.reopenRun(
      fixture.run, at: ResumePoint(epoch: 1, step: 15, isWithinEpoch: true), by: process,
      time: StoreFixture.start)
    #expect(try fixture.database.metrics(ofRun: fixture.run, name: "step").map(\.step) == [14])
  }

  @Test func otherRunsStayAsTheyAre() throws {
    let fixture = try filled()
    let other = try fixture.database.createRun(
      RunDraft(name: "other", startedAt: StoreFixture.start)
    ).id
    try fixture.database.record(
      RunBatch(
        time: StoreFixture.start, metrics: [MetricPoint(name: "loss", step: 99, value: 1)],
        alerts: [
          AlertRecord(time: StoreFixture.start, step: 99, level: .info, kind: "x", message: "y")
        ]), run: other)
    let before = try fixture.database.digest(ofRun: other)
    _ = try fixture.database.reopenRun(
      fixture.run, at: .start, by: process, time: StoreFixture.start)
    #expect(try fixture.database.digest(ofRun: other) == before)
    #expect(try fixture.database.alerts(ofRun: fixture.run).isEmpty)
  }

  @Test func aLivingRunIsLeftAlone() throws {
    let fixture = try StoreFixture()
    #expect(throws: RunStoreError.stillRunning(run: fixture.run, pid: nil, host: nil)) {
      try fixture.database.reopenRun(
        fixture.run, at: .start, by: process, time: StoreFixture.start)
    }
    let later = StoreFixture.start + 61
    _ = try fixture.database.reopenRun(fixture.run, at: .start, by: process, time: later)
  }

  @Test func aSupersededCheckpointGoesWithItsContent() throws {
    let fixture = try filled()
    let weights = SnapshotRecord(
      epoch: 4, step: 40, tensors: [TensorRecord(name: "w", shape: [1], values: [9])])
    var batch = RunBatch(
      time: StoreFixture.start,
      checkpoint: CheckpointRecord(weights: weights, optimizer: nil, state: "{}"))
    batch.supersededStep = 30
    try fixture.database.record(batch, run: fixture.run)
    #expect(try fixture.database.checkpointEpochs(ofRun: fixture.run) == [0, 1, 2, 4])
    #expect(try kinds(of: fixture) == [])
  }

  private func kinds(of fixture: StoreFixture) throws -> [Finding.Kind] {
    // Two minutes later nobody has heard of the run.
    try fixture.database.examine(seenFrom: .unknown, at: StoreFixture.start + 120).map(\.kind)
  }
}
