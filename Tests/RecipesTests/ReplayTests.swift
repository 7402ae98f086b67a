import RunStore
import Testing
import Training

@testable import Recipes

/// What is done again ends where the stored run did, and says so when it is stopped before.
@Suite struct ReplayTests {
  @Test func aSmallRunThatWasInterruptedIsRepeatedAsFarAsItCame() async throws {
    let log = try await Logbook()
    let run = try interruptedRun(in: log)
    let verification = try RunVerification(run, from: nil, threads: nil, in: log.context)
    let result = try verification.start(
      in: log.context, scratch: log.folder.path("scratch.db"), progress: Silence())
    #expect(result.comparison.isIdentical, "\(result.comparison.differences)")
  }

  @Test func aStoppedVerificationNamesTheEpoch() async throws {
    let log = try await Logbook()
    let run = try interruptedRun(in: log)
    try RunDatabase(writingTo: log.context.databasePath).finishRun(
      1, status: .finished, at: log.context.now())
    for epoch in [0, 5] {
      let stopped = stopping(log.context, after: epoch)
      let verification = try RunVerification(run, from: nil, threads: nil, in: stopped)
      #expect(
        throws: ReplayError.verificationStopped(run: 1, epoch: epoch, epochs: 1_000_000_000)
      ) {
        try verification.start(
          in: stopped, scratch: log.folder.path("\(epoch).db"), progress: Silence())
      }
    }
  }

  @Test func aResumptionThatIsStoppedBeforeItBeginsChangesNothing() async throws {
    let log = try await Logbook()
    let run = try interruptedRun(in: log)
    let before = try log.database().digest(ofRun: 1)
    let stopped = stopping(log.context, after: 0)
    let resumption = try RunResumption(run, epochs: nil, in: stopped)
    #expect(throws: ReplayError.resumptionStopped(run: 1)) {
      try resumption.start(in: stopped, progress: Silence(), announce: { _ in })
    }
    #expect(try log.database().digest(ofRun: 1) == before)
  }

  /// An Adaline that was to learn for very long, and was stopped after some epochs.
  private func interruptedRun(in log: Logbook) throws -> RunSelector {
    var recipe = AdalineRecipe()
    recipe.epochs = 1_000_000_000
    let outcome = try recipe.run(in: stopping(log.context, after: 20)).outcome
    #expect(outcome.status == .interrupted)
    return try RunSelector("1")
  }

  /// A context that is asked to stop after so many epochs: one question comes before the run, and one after
  /// its state before training is noted.
  private func stopping(_ context: RunContext, after epochs: Int) -> RunContext {
    var context = context
    let questions = StepCount()
    context.shouldStop = { questions.next() > (epochs == 0 ? 0 : epochs + 1) }
    return context
  }
}
