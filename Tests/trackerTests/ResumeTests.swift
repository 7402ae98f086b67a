import Foundation
import RunStore
import Testing

/// `tracker resume` goes on with a run as if it had never stopped.
@Suite struct ResumeTests {
  @Test func aLaterEndGivesTheRunThatWasPlannedSo() async throws {
    let workplace = try await Workplace.withRun()
    let resumed = try await workplace.tracker(["resume", "1", "--epochs", "3"])
    #expect(resumed.status == .exited(0), "\(resumed.errors)")
    #expect(resumed.errors.contains("Resuming run 1 after epoch 2. Dropped of later: nothing."))
    let planned = Workplace.smallRun.dropLast() + ["3", "--quiet"]
    #expect(try await workplace.tracker(Array(planned)).status == .exited(0))
    let database = try workplace.database()
    #expect(
      try database.tensorSummaries(ofRun: 1).map(\.blobHash)
        == database.tensorSummaries(ofRun: 2).map(\.blobHash))
    #expect(try losses(database, 1) == losses(database, 2))
    #expect(try database.parameters(ofRun: 1)["epochs"] == 3)
  }

  @Test func goingBackDropsWhatCameLater() async throws {
    let workplace = try await Workplace.withRun()
    let before = try losses(workplace.database(), 1)
    let resumed = try await workplace.tracker(["resume", "1@1"])
    #expect(resumed.status == .exited(0))
    #expect(resumed.errors.contains("Resuming run 1 after epoch 1. Dropped of later:"))
    #expect(resumed.errors.contains("10 histograms, 2 snapshots"))
    #expect(try losses(workplace.database(), 1) == before)
  }

  @Test func whatCannotBeResumedIsSaid() async throws {
    let workplace = try await Workplace.withRun()
    for (words, message) in [
      (["1"], "Run 1 is finished: it has all its 2 epochs."),
      (["1", "--epochs", "1"], "1 epochs are planned, and it is after epoch 2"),
      (["1@7"], "Run 1 has no snapshot of epoch 7."), (["9"], "There is no run '9'."),
    ] {
      let outcome = try await workplace.tracker(["resume"] + words)
      #expect(outcome.status == .exited(1))
      #expect(outcome.errors.contains(message), "\(words): \(outcome.errors)")
      #expect(outcome.errors.contains("Try: "))
    }
  }

  @Test func aDivergedTrainingFailsAndSaysWhere() async throws {
    let workplace = try Workplace()
    let run = Workplace.smallRun + ["--lr", "1e6", "--batch-size", "20"]
    let stopped = try await workplace.tracker(run)
    #expect(stopped.status == .exited(1))
    #expect(stopped.errors.contains("Error: The loss is NaN in epoch 1, batch"))
    let database = try workplace.database()
    let record = try database.run(1)
    #expect(record.status == .failed)
    let alert = try #require(try database.alerts(ofRun: 1).first { $0.kind == "divergence" })
    #expect(record.error == alert.message)
    let snapshot = try database.snapshot(ofRun: 1)
    #expect(snapshot.tensors.allSatisfy { $0.values.allSatisfy(\.isFinite) })
    let summary = try #require(
      try database.metricSummaries(ofRun: 1).first { $0.name == "train/loss" })
    #expect(summary.hasDiverged)

    let continued = try await workplace.tracker(run + ["--on-divergence", "continue"])
    #expect(continued.status == .exited(0))
    #expect(try workplace.database().run(2).status == .finished)
  }

  private func losses(_ database: RunDatabase, _ run: Int) throws -> [Double] {
    try database.metrics(ofRun: run).filter { $0.name.hasSuffix("loss") }.map(\.value)
  }
}
