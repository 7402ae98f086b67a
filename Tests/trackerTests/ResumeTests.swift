import Foundation
import RunStore
import TestSupport
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

  @Test func aRunOfAnotherRevisionOfTheEngineGoesOnAndSaysSo() async throws {
    let workplace = try await Workplace.withRun()
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      "UPDATE environment SET value = 1 WHERE name = 'engine.revision'")
    let resumed = try await workplace.tracker(["resume", "1", "--epochs", "3"])
    #expect(resumed.status == .exited(0), "\(resumed.errors)")
    #expect(resumed.errors.contains("Note: revision 1 of the engine made run 1, this is revision"))
    #expect(try workplace.database().environment(ofRun: 1)["engine.revision"] == 1)
    #expect(try await workplace.tracker(["verify", "1"]).status == .exited(0))
  }

  @Test(arguments: [["1"], ["1@2"], ["1", "--epochs", "2"]])
  func aRunThatWasKilledAfterItsLastEpochIsFinished(words: [String]) async throws {
    let workplace = try await Workplace.withRun()
    let before = try losses(workplace.database(), 1)
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      "UPDATE runs SET status = 'interrupted' WHERE id = 1")
    let resumed = try await workplace.tracker(["resume"] + words)
    #expect(resumed.status == .exited(0), "\(resumed.errors)")
    #expect(try workplace.database().run(1).status == .finished)
    #expect(try losses(workplace.database(), 1) == before)
  }

  @Test func whatCannotBeResumedIsSaid() async throws {
    let workplace = try await Workplace.withRun()
    for (words, message) in [
      (["1"], "Run 1 is finished: it has all its 2 epochs."),
      (["1", "--epochs", "1"], "1 epochs are planned, and it is after epoch 2"),
      (["1@7"], "Run 1 has no snapshot of epoch 7."), (["999999"], "There is no run '999999'."),
    ] {
      let outcome = try await workplace.tracker(["resume"] + words)
      #expect(outcome.status == .exited(1))
      #expect(outcome.errors.contains(message), "\(words): \(outcome.errors)")
      #expect(outcome.errors.contains("Try: "))
    }
  }

  /// Changes of the state of the last checkpoint, and a part of what is said about them.
  @Test(
    .slow,
    arguments: [
      ("$.batchesDone", "-5", "batchesDone is -5"), ("$.step", "9223372036854775807", "step is"),
      ("$.generator.state", "json('[1,2]')", "generator.state: the generator's state"),
      ("$.generator.state", "json('[0,0,0,0]')", "not all 0"),
      ("$.step", "6", "its weights are of step 4"), ("$.epoch", "'x'", "epoch: "),
      ("$.partialLoss", "NULL", "partialLoss"), ("$", "5", "not that of a training"),
    ])
  func aCheckpointThatNoTrainingComesToIsRefused(
    path: String, value: String, part: String
  ) async throws {
    let workplace = try await Workplace.withRun()
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      "UPDATE checkpoints SET state = json_set(state, '\(path)', \(value)) WHERE epoch = 2")
    let before = try workplace.database().digest(ofRun: 1)
    for command in [
      ["resume", "1", "--epochs", "3"], ["resume", "1@2"], ["verify", "1", "--from", "2"],
    ] {
      let outcome = try await workplace.tracker(command)
      #expect(outcome.status == .exited(1))
      #expect(outcome.errors.contains("The checkpoint of run 1 after epoch 2 cannot be used: "))
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
      #expect(outcome.errors.contains("Try: "))
    }
    #expect(try workplace.database().digest(ofRun: 1) == before)
    #expect(try await workplace.tracker(["resume", "1@1", "--quiet"]).status == .exited(0))
  }

  @Test func aCheckpointOfAnotherTrainingIsRefused() async throws {
    let workplace = try await Workplace.withRun()
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      "UPDATE params SET value = 50 WHERE name = 'batch_size'")
    let before = try workplace.database().digest(ofRun: 1)
    let outcome = try await workplace.tracker(["resume", "1@1"])
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("is no moment of a training with 4 batches an epoch."))
    #expect(try workplace.database().digest(ofRun: 1) == before)
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

  @Test func damagedWeightsAndALostOptimizerAreRefused() async throws {
    for (change, words) in [
      (
        """
        UPDATE blobs SET data = zeroblob(byte_count) WHERE hash IN (
          SELECT blob_hash FROM tensors JOIN snapshots ON snapshots.id = snapshot_id WHERE epoch = 2)
        """, "are not those that their hash names"
      ),
      ("UPDATE checkpoints SET optimizer_id = NULL", "it has no state of the optimizer."),
    ] {
      let workplace = try await Workplace.withRun()
      try PlainConnection(path: workplace.path("tracker.db")).execute(change)
      let outcome = try await workplace.tracker(["resume", "1", "--epochs", "3"])
      #expect(outcome.status == .exited(1))
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
  }

  @Test func otherNumbersInTheFileOfTheDataAreRefused() async throws {
    let workplace = try Workplace()
    let file = workplace.path("data.csv")
    try "0,0,0\n0,1,1\n1,0,1\n1,1,0\n".write(toFile: file, atomically: true, encoding: .utf8)
    let run = ["run", "backprop", "--data", file, "--epochs", "5", "--quiet"]
    #expect(try await workplace.tracker(run).status == .exited(0))
    try "0,0,0\n0,1,1\n1,0,1\n1,1,1\n".write(toFile: file, atomically: true, encoding: .utf8)
    let before = try workplace.database().digest(ofRun: 1)
    for command in [["resume", "1", "--epochs", "9"], ["verify", "1"]] {
      let outcome = try await workplace.tracker(command)
      #expect(outcome.status == .exited(1))
      #expect(
        outcome.errors.contains("The data are not those of the run: data.targets.hash was"),
        "\(outcome.errors)")
    }
    #expect(try workplace.database().digest(ofRun: 1) == before)
  }

  /// What the row of a run that someone else made may say, and a part of what is said of it.
  @Test(
    arguments: TestScope.some([
      ("host = 'elsewhere'", "on elsewhere"), ("host = NULL", "on an unknown machine"),
      ("user_name = 'someone''s'", "by someone's on"), ("source = 'wandb:x'", "came from wandb:x"),
    ]))
  func filesThatARunOfOthersNamesAreReadOnDemandOnly(
    change: String, words: String
  ) async throws {
    let workplace = try Workplace()
    let file = workplace.path("data.csv")
    try "0,0,0\n0,1,1\n1,0,1\n1,1,0\n".write(toFile: file, atomically: true, encoding: .utf8)
    let run = ["run", "backprop", "--data", "data.csv", "--epochs", "5", "--quiet"]
    #expect(try await workplace.tracker(run).status == .exited(0))
    #expect(try await workplace.tracker(["verify", "1", "--quiet"]).status == .exited(0))
    try PlainConnection(path: workplace.path("tracker.db")).execute("UPDATE runs SET \(change)")
    let before = try workplace.database().digest(ofRun: 1)
    for command in [["resume", "1", "--epochs", "9"], ["verify", "1"]] {
      let outcome = try await workplace.tracker(command)
      #expect(outcome.status == .exited(1))
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      #expect(outcome.errors.contains("It names files to read here: '\(file)'."))
      #expect(outcome.errors.contains("Try: if these files may be read: tracker \(command[0]) 1"))
      #expect(outcome.errors.contains("--read-files"))
    }
    #expect(try workplace.database().digest(ofRun: 1) == before)
    for command in [["verify", "1"], ["resume", "1", "--epochs", "9"]] {
      let outcome = try await workplace.tracker(command + ["--read-files", "--quiet"])
      #expect(outcome.status == .exited(0), "\(outcome.errors)")
    }
    #expect(try workplace.database().run(1).status == .finished)
  }

  @Test func aRunOfOthersThatNamesNoFileIsGoneOnWith() async throws {
    let workplace = try await Workplace.withRun()
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      "UPDATE runs SET host = 'elsewhere', user_name = 'someone'")
    #expect(try await workplace.tracker(["verify", "1", "--quiet"]).status == .exited(0))
    let resumed = try await workplace.tracker(["resume", "1", "--epochs", "3", "--quiet"])
    #expect(resumed.status == .exited(0), "\(resumed.errors)")
  }

  @Test func aFinishedRunIsNotMadeShorter() async throws {
    let workplace = try Workplace()
    _ = try await workplace.tracker(["run", "adaline", "--epochs", "20", "--quiet"])
    let outcome = try await workplace.tracker(["resume", "1", "--epochs", "5"])
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("5 epochs are planned, and it is after epoch 20"))
  }

  private func losses(_ database: RunDatabase, _ run: Int) throws -> [Double] {
    try database.metrics(ofRun: run).filter { $0.name.hasSuffix("loss") }.map(\.value)
  }
}
