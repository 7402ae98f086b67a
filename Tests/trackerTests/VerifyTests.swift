import Foundation
import RunStore
import TestSupport
import Testing

/// `tracker verify` proves that the numbers of a run are true, and finds the smallest lie.
@Suite struct VerifyTests {
  @Test(arguments: ["1", "2"]) func aTrainingIsIdentical(threads: String) async throws {
    let workplace = try await Workplace.withRun()
    let outcome = try await workplace.tracker(["verify", "1", "--threads", threads])
    #expect(outcome.status == .exited(0))
    #expect(outcome.lines.first == "Run 1 is identical.")
    let part = try await workplace.tracker(["verify", "1", "--from", "1"])
    #expect(part.status == .exited(0))
  }

  @Test(arguments: [
    ["mlp", "--data", "shapes", "--limit", "200", "--epochs", "1", "--activation", "tanh"],
    ["adaline", "--gate", "or"], ["adaline", "--weights", "-1.5,1,1"], ["madaline"],
    ["madaline", "--hidden", "-1,1,-1,-1,-1,1", "--output", "1,1,1"],
    ["lms", "--lr", "0.01,1"], ["backprop", "--epochs", "50"], ["backprop", "--check"],
    ["convolution"],
  ])
  func everyRecipeIsIdentical(words: [String]) async throws {
    let workplace = try Workplace()
    let made = try await workplace.tracker(["run"] + words + ["--quiet"])
    #expect(made.status == .exited(0), "\(made.errors)")
    for run in try workplace.database().runs(seenFrom: .current()) {
      let outcome = try await workplace.tracker(["verify", "\(run.id)"])
      #expect(outcome.status == .exited(0), "\(words): \(outcome.output) \(outcome.errors)")
    }
  }

  @Test func aFlippedBitOfAMetricIsFound() async throws {
    let workplace = try await Workplace.withRun()
    let shown = try await alter(
      workplace,
      """
      UPDATE metric_points SET value = value * (1 + 2.3e-16)
      WHERE step = 4
        AND series_id = (SELECT id FROM metric_series WHERE name = 'train/loss')
      """)
    #expect(shown.contains("First metric: epoch 2, step 4: metric train/loss is"))
  }

  @Test func aFlippedBitOfAWeightIsFound() async throws {
    let workplace = try await Workplace.withRun()
    let shown = try await alter(
      workplace,
      """
      UPDATE blobs SET data = CAST(x'01' || substr(data, 2) AS BLOB)
      WHERE hash = (
        SELECT blob_hash
        FROM tensors
        JOIN snapshots ON snapshots.id = snapshot_id
        WHERE epoch = 1 AND kind = 'weights' AND name = 'fc2.weight')
      """)
    #expect(
      shown.contains("First layer: epoch 1, step 2: tensor fc2.weight of the weights differs"))
    #expect(shown.contains("in 1 of 10080 values"))
  }

  @Test func otherDataAreRefused() async throws {
    let workplace = try await Workplace.withRun()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    try database.setEnvironment(["data.train.hash": "0000000000000000"], run: 1)
    for command in ["verify", "resume"] {
      let extra = command == "resume" ? ["--epochs", "3"] : []
      let outcome = try await workplace.tracker([command, "1"] + extra)
      #expect(outcome.status == .exited(1))
      #expect(outcome.errors.contains("The data are not those of the run: data.train.hash"))
    }
    #expect(try database.run(1).status == .finished)
  }

  @Test func runsOfOtherProgramsCannotBeRepeated() async throws {
    let workplace = try Workplace()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    _ = try database.createRun(RunDraft(name: "foreign", startedAt: Date()))
    try database.finishRun(1, status: .failed, at: Date())
    for command in ["verify", "resume"] {
      let outcome = try await workplace.tracker([command, "1"])
      #expect(outcome.status == .exited(1))
      #expect(outcome.errors.contains("Run 1 was logged by another program."))
    }
  }

  /// Changes the file and verifies run 1, which must fail.
  private func alter(_ workplace: Workplace, _ sql: String) async throws -> String {
    try PlainConnection(path: workplace.path("tracker.db")).execute(sql)
    let outcome = try await workplace.tracker(["verify", "1"])
    #expect(outcome.status == .exited(1))
    return outcome.output
  }
}
