import Foundation
import NeuralNet
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

  @Test(
    arguments: TestScope.some([
      ["mlp", "--data", "shapes", "--limit", "200", "--epochs", "1", "--activation", "tanh"],
      ["adaline", "--gate", "or"], ["adaline", "--weights", "-1.5,1,1"], ["madaline"],
      ["madaline", "--hidden", "-1,1,-1,-1,-1,1", "--output", "1,1,1"],
      ["lms", "--lr", "0.01,1"], ["backprop", "--epochs", "50"], ["backprop", "--check"],
      ["convolution"], ["convolution", "--shape-rule"],
      ["convolution", "--shape-rule", "--stride", "2", "--padding", "1"],
      ["adaline", "--weights=-0.0,-0,1"], ["backprop", "--check", "--hidden", "7"],
    ]))
  func everyRecipeIsIdentical(words: [String]) async throws {
    let workplace = try Workplace()
    let made = try await workplace.tracker(["run"] + words + ["--quiet"])
    #expect(made.status == .exited(0), "\(made.errors)")
    for run in try workplace.database().runs(seenFrom: .current(), at: Date()) {
      let outcome = try await workplace.tracker(["verify", "\(run.id)"])
      #expect(outcome.status == .exited(0), "\(words): \(outcome.output) \(outcome.errors)")
    }
  }

  @Test func whichOfSeveralRunsOfOneNameIsRepeatedIsSaid() async throws {
    let workplace = try Workplace()
    for _ in 1...2 {
      _ = try await workplace.tracker(["run", "adaline", "--gate", "or", "--name", "b", "--quiet"])
    }
    for command in ["verify", "resume"] {
      let outcome = try await workplace.tracker([command, "b"])
      #expect(outcome.errors.contains("2 runs are called b; run 2"), "\(outcome.errors)")
      let quiet = try await workplace.tracker([command, "b", "--quiet"])
      #expect(!quiet.errors.contains("are called"))
      #expect(try await !workplace.tracker([command, "2"]).errors.contains("are called"))
    }
  }

  @Test func aShapeRuleOfAnOlderRunIsIdentical() async throws {
    let workplace = try Workplace()
    _ = try await workplace.tracker(["run", "convolution", "--shape-rule", "--quiet"])
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      "DELETE FROM params WHERE name = 'shape_rule'")
    let outcome = try await workplace.tracker(["verify", "1"])
    #expect(outcome.lines.first == "Run 1 is identical.", "\(outcome.errors)")
  }

  /// Parameters that no command line takes, and what is said about them.
  @Test(
    .slow,
    arguments: [
      ("lenet", "limit", "0", "is 0: it must be at least 1."),
      ("lenet", "limit", "-9223372036854775808", "it must be at least 1."),
      ("lenet", "limit", "1000001", "it must be at most 1000000 for the data shapes."),
      ("lenet", "batch_size", "0", "it must be at least 1."),
      ("lenet", "epochs", "0", "it must be from 1 to 1000000000."),
      ("lenet", "threads", "257", "it must be from 1 to 256."),
      ("lenet", "lr", "9e999", "is inf: it must be a positive, finite number."),
      ("lenet", "lr", "NULL", "is nothing: it must be a number."),
      ("lenet", "lr", "'x'", "is 'x': it must be a number."),
      ("lenet", "momentum", "1", "it must be from 0 to below 1."),
      ("lenet", "weight_decay", "-1e308", "it must be a finite number, and not negative."),
      ("lenet", "shuffle", "2", "it must be 0 or 1."),
      ("lenet", "schedule", "'x'", "it must be one of constant, step, cosine."),
      ("lenet", "data_dir", "x'00'", "is 1 bytes: it must be the path of a file."),
      ("mlp", "hidden", "'8,4097'", "it must be at most 64 widths from 1 to 4096."),
      ("mlp", "hidden", "replace(hex(zeroblob(100)), '00', '4096,') || 1", "it must be at most 64"),
      ("adaline", "epochs", "9223372036854775807", "it must be from 1 to 1000000000."),
      (
        "adaline", "weights", "'1,nan,1'",
        "it must be 3 numbers for and: w0 and one for each input."
      ),
      (
        "madaline", "hidden", "'1,1,1'",
        "it must be 6 numbers for xor: 3 for each of the two Adalines."
      ),
      ("madaline", "seed", "-1", "it must be from 0 to 9223372036854775807."),
      ("lms", "lr", "-1", "it must be a positive, finite number."),
      ("backprop", "hidden", "9223372036854775807", "it must be from 1 to 1000."),
      ("backprop", "outputs", "2", "it is for --data; XOR has one."),
      ("convolution", "padding", "9223372036854775807", "it must be from 0 to 1000."),
      ("convolution", "stride", "0", "it must be from 1 to 1000."),
      ("convolution", "stride", "'1,0'", "is '1,0': it must be a whole number."),
    ])
  func whatNoCommandLineTakesIsRefused(
    recipe: String, parameter: String, value: String, part: String
  ) async throws {
    let workplace = try Workplace()
    let isLarge = ["lenet", "mlp"].contains(recipe)
    let words = isLarge ? Workplace.smallRun.dropFirst(2) : []
    _ = try await workplace.tracker(["run", recipe] + words + ["--quiet"])
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      """
      DROP TRIGGER params_checked_update;
      UPDATE params SET value = \(value) WHERE name = '\(parameter)';
      UPDATE runs SET status = 'failed';
      """)
    let before = try workplace.database().digest(ofRun: 1)
    for command in ["verify", "resume"] {
      let outcome = try await workplace.tracker([command, "1"])
      #expect(outcome.status == .exited(1))
      #expect(outcome.errors.hasPrefix("Error: The parameter \(parameter) of run 1 is "))
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
      #expect(outcome.errors.contains("Try: look at the parameters with: tracker export params 1"))
    }
    #expect(try workplace.database().digest(ofRun: 1) == before)
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

  @Test func dataWithoutAFactOfTheRunAreRefused() async throws {
    let workplace = try await Workplace.withRun()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    try database.setEnvironment(["data.licence": "MIT"], run: 1)
    let outcome = try await workplace.tracker(["verify", "1"])
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("data.licence was 'MIT' and is nothing."))
  }

  @Test func aRunFromAFileOfWeightsIsIdenticalWithoutTheFile() async throws {
    let workplace = try await Workplace.withRun()
    _ = try await workplace.tracker(["export", "weights", "1@1", "-o", "w.safetensors"])
    let started = Workplace.smallRun + ["--init-weights", "w.safetensors", "--quiet"]
    #expect(try await workplace.tracker(started).status == .exited(0))
    #expect(try await workplace.tracker(started + ["--snapshot-every", "0"]).status == .exited(0))
    #expect(try await workplace.tracker(["verify", "3"]).status == .exited(0))
    try FileManager.default.removeItem(at: workplace.file("w.safetensors"))
    #expect(try await workplace.tracker(["verify", "2"]).lines.first == "Run 2 is identical.")
    let outcome = try await workplace.tracker(["verify", "3"])
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("Run 3 began with the weights in "))
    #expect(
      outcome.errors.contains("w.safetensors, which is gone, and has no snapshot of epoch 0."))
  }

  @Test func aStoppedVerificationSaysSo() async throws {
    let workplace = try await Workplace.withRun()
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      "UPDATE params SET value = 1000000 WHERE name = 'epochs'")
    let before = try workplace.database().digest(ofRun: 1)
    // Not in the background of the shell: what is there ignores SIGINT, and goes on doing so.
    let outcome = try await workplace.shell("exec tracker verify 1 2> errors.txt") { process in
      try await wait {
        (try? String(contentsOf: workplace.file("errors.txt"), encoding: .utf8))?
          .contains("epoch 2/") == true
      }
      kill(process, SIGINT)
    }
    #expect(outcome.status == .exited(130))
    let errors = try String(contentsOf: workplace.file("errors.txt"), encoding: .utf8)
    #expect(errors.contains("Error: The verification of run 1 was stopped after epoch "))
    #expect(errors.contains(" of 1000000. Nothing was changed.\nTry: verify it again: "))
    #expect(try workplace.database().digest(ofRun: 1) == before)
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
  @Test(
    arguments: TestScope.some([
      "DELETE FROM snapshots WHERE epoch = 2", "DELETE FROM snapshots",
      "DELETE FROM tensors WHERE name = 'fc3.weight' AND snapshot_id = 1",
      "DELETE FROM checkpoints",
    ]))
  func whatNoPruningTakesAwayIsMissed(change: String) async throws {
    let workplace = try await Workplace.withRun()
    let shown = try await alter(workplace, change)
    #expect(shown.contains("is missing in the file"), "\(shown)")
  }

  @Test func aRunSaysWhichRevisionOfTheEngineMadeIt() async throws {
    let workplace = try await Workplace.withRun()
    #expect(
      try workplace.database().environment(ofRun: 1)["engine.revision"]
        == .integer(Int64(EngineRevision.current)))
  }

  /// What is done to the numbers of a run that an engine without a revision made, the exit code of its
  /// verification and parts of what is said.
  @Test(
    arguments: TestScope.some([
      (
        "", 0,
        [
          "Run 1 is identical.\nRevision 1 of the engine made the run, this is revision",
          "Compared: ",
        ]
      ),
      (
        "UPDATE metric_points SET value = value * (1 + 2e-6)", 0,
        [
          "Run 1 is the same but for rounding.\nRevision 1 of the engine made the run",
          "Its train/loss in the first steps: at most 2.0e-06 apart, relative, in step ",
          "where 1e-05 is allowed.\nCompared: ",
        ]
      ),
      (
        "UPDATE metric_points SET value = value * (1 + 2e-5)", 1,
        [
          " records.\nRevision 1 of the engine made the run",
          "Its train/loss in the first steps: at most 2.0e-05 apart", "First metric: ",
        ]
      ),
      ("UPDATE layers SET macs = macs + 1 WHERE name = 'fc3'", 1, ["First layer: layer fc3"]),
      (
        "UPDATE metric_points SET value = 2.5; DELETE FROM metric_series WHERE name = 'train/loss'",
        1,
        ["No loss is there to be compared."]
      ),
    ]))
  func aRunOfAnotherRevisionIsComparedByItsLosses(
    change: String, code: Int32, parts: [String]
  ) async throws {
    let workplace = try await Workplace.withRun()
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      "DELETE FROM environment WHERE name = 'engine.revision'; \(change)")
    let outcome = try await workplace.tracker(["verify", "1"])
    #expect(outcome.status == .exited(code), "\(outcome.errors)")
    for part in parts { #expect(outcome.output.contains(part), "\(outcome.output)") }
    let json = try await workplace.tracker(["verify", "1", "--json"])
    #expect(json.output.contains("\"confirmed\":\(code == 0)"), "\(json.output)")
    #expect(json.output.contains("\"revision\":1"))
  }

  private func alter(_ workplace: Workplace, _ sql: String) async throws -> String {
    try PlainConnection(path: workplace.path("tracker.db")).execute(sql)
    let outcome = try await workplace.tracker(["verify", "1"])
    #expect(outcome.status == .exited(1))
    return outcome.output
  }
}
