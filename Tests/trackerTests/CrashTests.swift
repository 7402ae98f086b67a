import Foundation
import Randomness
import RunStore
import Subprocess
import TestSupport
import Testing

/// A training that is ended at any moment loses no finished epoch, and goes on to the same bits.
@Suite(.serialized) struct CrashTests {
  /// The number of moments to try; more with `TRACKER_SLOW_TESTS=1`, which takes a minute.
  static let moments = ProcessInfo.processInfo.environment["TRACKER_SLOW_TESTS"] == "1" ? 30 : 4

  private static let epochs = 3
  private static let training = [
    "run", "lenet", "--data", "shapes", "--limit", "700", "--validation-limit", "50", "--epochs",
    "\(epochs)", "--batch-size", "20", "--quiet",
  ]

  @Test func killedTrainingsGoOnToTheSameBits() async throws {
    try await interruptAtRandomMoments(by: SIGKILL, seed: 1)
  }

  @Test func interruptedTrainingsGoOnToTheSameBits() async throws {
    try await interruptAtRandomMoments(by: SIGINT, seed: 2)
  }

  @Test func aTerminatedTrainingSaysHowToGoOn() async throws {
    let workplace = try Workplace()
    let long = Self.training.filter { $0 != "--quiet" } + ["--epochs", "1000"]
    let outcome = try await workplace.tracker(long) { process in
      while try (try? workplace.database())?.checkpoint(ofRun: 1) == nil { await Task.yield() }
      kill(process, SIGTERM)
    }
    #expect(outcome.status == .exited(143))
    #expect(outcome.errors.contains("tracker resume 1"))
    let record = try workplace.database().run(1)
    #expect(record.status == .interrupted)
    #expect(try workplace.database().checkpoint(ofRun: 1) != nil)
  }

  /// Ends trainings at random moments of the time that a whole one takes, and resumes them.
  private func interruptAtRandomMoments(by signal: Int32, seed: UInt64) async throws {
    let whole = try Workplace()
    #expect(try await whole.tracker(Self.training).status == .exited(0))
    let record = try whole.database().run(1)
    let duration = try #require(record.endedAt).timeIntervalSince(try #require(record.startedAt))
    let expected = try Weights(whole.database())
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<Self.moments {
      let moment = generator.nextUniform(from: 0, to: duration)
      let workplace = try Workplace()
      _ = try await workplace.tracker(Self.training) { process in
        // The moment is the point of the test: there is nothing to wait for but time.
        try await Task.sleep(for: .seconds(moment))
        kill(process, signal)
      }
      try await expectWhole(expected, in: workplace, "\(signal) after \(moment) s of seed \(seed)")
    }
  }

  /// Expects that the file in the folder is sound, and that its run can be brought to its end.
  private func expectWhole(
    _ expected: Weights, in workplace: Workplace, _ comment: Comment
  ) async throws {
    // Ended before there was a run: nothing is lost.
    guard let database = try? workplace.database(),
      let summary = try database.runs(seenFrom: .current(), at: Date()).first
    else { return }
    let findings = try database.examine(seenFrom: .current(), at: Date())
    #expect(findings.allSatisfy { $0.kind == .staleRun }, "\(comment): \(findings)")
    #expect(summary.status != .running, comment)
    let checkpoint = try database.checkpoint(ofRun: 1)
    #expect((checkpoint?.weights.epoch ?? 0) >= summary.epochs, comment)
    if summary.status != .finished {
      let outcome = try await workplace.tracker(["resume", "1", "--quiet"])
      #expect(outcome.status == .exited(0), "\(comment): \(outcome.errors)")
    }
    #expect(try Weights(workplace.database()) == expected, comment)
    #expect(try database.run(1).status == .finished, comment)
    #expect(try database.examine(seenFrom: .current(), at: Date()).isEmpty, comment)
  }
}

/// What must be the same however often a training was ended: hashes of all snapshots, and losses.
private struct Weights: Equatable {
  let hashes: [String]
  let losses: [Double]

  init(_ database: RunDatabase) throws {
    hashes = try database.tensorSummaries(ofRun: 1).map { "\($0.epoch) \($0.step) \($0.blobHash)" }
    losses = try database.metrics(ofRun: 1)
      .filter { $0.name.hasSuffix("loss") || $0.name.hasSuffix("accuracy") }.map(\.value)
  }
}
