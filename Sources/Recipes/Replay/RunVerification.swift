import NeuralNet
import Provenance
import Recording
import RunStore
import Synchronization
import Training

/// A stored run that is done again from its row alone, to prove that its numbers are true.
public struct RunVerification: Sendable {
  /// What came out.
  public struct Result: Sendable, Equatable {
    /// The id of the run.
    public let run: Int
    /// What was compared, and what differs.
    public let comparison: RunDifferences
    /// How far the losses are apart; nil if this revision of the engine made the run.
    public let agreement: LossAgreement?
    /// What differs between then and now and could explain differences, in words.
    public let circumstances: [String]

    /// Whether the numbers are true: identical, or, of another revision of the engine, the same but for
    /// rounding.
    public var isConfirmed: Bool {
      comparison.isIdentical
        || agreement?.agrees ?? false
          && comparison.differences.allSatisfy { $0.isOfComputedNumbers }
    }
  }

  /// The id of the run.
  public let run: Int
  /// The number of epochs it has; nil for a recipe that does not count any.
  public let epochs: Int?

  private let record: RunRecord
  private let recipe: StoredRecipe
  private let checkpoint: StoredCheckpoint?
  private let initialWeights: StoredCheckpoint?
  private let environment: [String: SQLValue]
  private let lastStep: Int

  /// Reads the run back.
  /// - Parameters:
  ///   - selector: The run.
  ///   - start: The epoch to begin after; nil for the beginning.
  ///   - threads: Another number of threads; nil for that of the run. The numbers do not depend on it.
  ///   - readsFiles: Whether files may be read that a run names which someone else made.
  public init(
    _ selector: RunSelector, from start: Int?, threads: Int?, readsFiles: Bool = false,
    in context: RunContext
  ) throws {
    let database = try RunDatabase(readingFrom: context.databasePath)
    run = try database.runID(ofWhole: selector)
    record = try database.run(run)
    guard !record.isAlive(seenFrom: context.environment.machine, at: context.now()) else {
      throw RunStoreError.stillRunning(run: run, pid: record.pid, host: record.host)
    }
    let changes: [String: SQLValue] = threads.map { ["threads": .integer(Int64($0))] } ?? [:]
    recipe = try StoredRecipe(of: record, in: database, changing: changes)
    environment = try database.environment(ofRun: run)
    epochs = try database.parameters(ofRun: run)["epochs"]?.integer.map { Int($0) }
    lastStep = try database.lastStep(ofRun: run)
    checkpoint = try Self.checkpoint(after: start ?? 0, of: recipe, ofRun: run, in: database)
    if !readsFiles {
      try recipe.requireOwnFiles(
        .verify, readsInitialWeights: checkpoint == nil, in: context.environment)
    }
    initialWeights =
      checkpoint == nil ? try recipe.storedInitialWeights(ofRun: run, in: database) : nil
    let changed = environment[RunFact.planChangedAfterEpoch]?.integer.map { Int($0) }
    if let changed, checkpoint.map({ $0.point.epoch < changed }) ?? true {
      throw ReplayError.changedPlan(run: run, epoch: changed)
    }
  }

  private static func checkpoint(
    after epoch: Int, of recipe: StoredRecipe, ofRun run: Int, in database: RunDatabase
  ) throws -> StoredCheckpoint? {
    guard epoch > 0 else { return nil }
    guard recipe.images != nil,
      let checkpoint = try database.checkpoint(ofRun: run, epoch: epoch)
    else {
      throw RunStoreError.noSnapshot(
        run: run, epoch: epoch, available: try database.checkpointEpochs(ofRun: run))
    }
    return try StoredCheckpoint(checkpoint, ofRun: run)
  }

  /// Does the run again into a file of its own, and compares.
  /// - Parameters:
  ///   - scratch: The path of that file; there must be none. Remove it afterwards.
  /// - Throws: `verificationStopped` if a person has asked to stop.
  public func start(
    in context: RunContext, scratch: String, progress: some TrainingObserver
  ) throws -> Result {
    var repeated = context
    repeated.databasePath = scratch
    repeated.checkpoint = checkpoint
    repeated.initialWeights = initialWeights
    repeated.expectedData = environment.filter { $0.key.hasPrefix("data.") }
    let steps = StepCounter()
    if record.status != .finished {
      // The run ended early: nothing after its last step is there to be compared.
      repeated.lastStep = lastStep
      repeated.shouldStop = { [lastStep] in
        steps.reached(max(lastStep, 1)) || context.shouldStop()
      }
    }
    var outcome: RunOutcome?
    do {
      outcome = try recipe.run(
        in: repeated, progress: ObserverPair(StepObserver(counter: steps), progress))
    } catch let divergence as Divergence where divergence.endsTraining {
      // So did the run itself, if its numbers are the same.
    } catch is RunInterruption {
      // A person asked to stop before anything was done.
    }
    guard !context.shouldStop() else {
      let epoch = outcome?.metric(MetricName.trainingLoss)?.lastEpoch
      throw ReplayError.verificationStopped(
        run: run, epoch: epoch ?? checkpoint?.point.epoch ?? 0, epochs: epochs)
    }
    let stored = try RunDatabase(readingFrom: context.databasePath)
    let scratch = try RunDatabase(readingFrom: scratch)
    let comparison = try RunDifferences(
      run, in: stored, with: 1, in: scratch,
      from: checkpoint?.point, isWhole: record.status == .finished,
      ignoring: [MetricName.epochSeconds, MetricName.imagesPerSecond])
    return Result(
      run: run, comparison: comparison, agreement: try agreement(stored, scratch),
      circumstances: circumstances(in: context))
  }

  /// Compares the losses, if an engine of another revision computed them.
  private func agreement(_ file: RunDatabase, _ repetition: RunDatabase) throws
    -> LossAgreement?
  {
    let revision = environment.engineRevision
    guard recipe.images != nil, revision != EngineRevision.current else { return nil }
    return try LossAgreement(
      ofRun: run, in: file, with: repetition, after: checkpoint?.point.step ?? 0,
      storedRevision: revision)
  }

  /// What is not as it was: the program, the processor.
  private func circumstances(in context: RunContext) -> [String] {
    var words: [String] = []
    if let version = record.version, version != context.version {
      words.append("the run was made by version \(version), this is \(context.version)")
    }
    if let commit = record.gitCommit, let now = context.environment.gitCommit, commit != now {
      words.append(
        "the working directory was at commit \(commit.prefix(10)), it is at \(now.prefix(10))")
    }
    for fact in ["cpu", "engine", "swift"] {
      guard let then = environment[fact]?.text, let now = context.environment.facts[fact]?.text,
        then != now
      else { continue }
      words.append("\(fact) was '\(then)', it is '\(now)'")
    }
    return words
  }
}

/// Counts the optimizer steps of a training; asked and told from one thread or several.
private final class StepCounter: Sendable {
  private let steps = Atomic(0)

  func advance(to step: Int) { steps.store(step, ordering: .relaxed) }

  func reached(_ step: Int) -> Bool { steps.load(ordering: .relaxed) >= step }
}

/// Tells a counter how far a training is.
private struct StepObserver: TrainingObserver {
  let counter: StepCounter

  func observe(_ event: TrainingEvent) {
    if case .step(let step) = event { counter.advance(to: step.step) }
  }
}
