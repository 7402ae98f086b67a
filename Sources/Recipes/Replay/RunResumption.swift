import NeuralNet
import Provenance
import Recording
import RunStore
import Training

/// A stored run that is about to be gone on with, under its own id, as if it had never stopped.
///
/// A training with checkpoints goes on from one of them. Other recipes are done again from the start,
/// which comes to the same: every recipe gives the same numbers for the same parameters.
public struct RunResumption: Sendable {
  /// The id of the run.
  public let run: Int
  /// What is kept of it.
  public let point: ResumePoint
  /// The revision of the engine that made the run, if it is not this one: what comes now is rounded
  /// otherwise.
  public let otherEngineRevision: Int?
  /// The number of epochs it will have; nil for a recipe that does not count any.
  public let epochs: Int?

  private let recipe: StoredRecipe
  private let checkpoint: StoredCheckpoint?
  private let changes: [String: SQLValue]
  private let facts: [String: SQLValue]
  private let dataFacts: [String: SQLValue]

  /// Finds out where to go on.
  /// - Parameters:
  ///   - selector: The run, and perhaps an epoch of it to go back to.
  ///   - epochs: A new end; nil for the planned one.
  ///   - readsFiles: Whether files may be read that a run names which someone else made.
  ///   - context: Where the run is stored.
  public init(
    _ selector: RunSelector, epochs newEnd: Int?, readsFiles: Bool = false, in context: RunContext
  ) throws {
    let database = try RunDatabase(readingFrom: context.databasePath)
    let chosen = try database.runEpoch(selector)
    let run = chosen.run
    let record = try database.run(run)
    let parameters = try database.parameters(ofRun: run)
    let planned = parameters["epochs"]?.integer.map { Int($0) }
    changes = newEnd.map { $0 == planned ? [:] : ["epochs": .integer(Int64($0))] } ?? [:]
    recipe = try StoredRecipe(of: record, in: database, changing: changes)
    checkpoint = try Self.checkpoint(of: recipe, chosen.epoch, ofRun: run, in: database)
    if !readsFiles {
      try recipe.requireOwnFiles(
        .resume, readsInitialWeights: checkpoint == nil, in: context.environment)
    }
    if checkpoint == nil { try recipe.requireInitialWeights(ofRun: run) }
    point = checkpoint?.point ?? .start
    epochs = newEnd ?? planned
    self.run = run
    let environment = try database.environment(ofRun: run)
    let revision = environment.engineRevision
    otherEngineRevision =
      recipe.images != nil && point != .start && revision != EngineRevision.current
      ? revision : nil
    facts = Self.facts(planned: planned, newEnd: newEnd, schedule: parameters["schedule"], point)
      // What is done again from the start is all of this revision.
      .merging(point == .start ? engineFacts : [:]) { fact, _ in fact }
    dataFacts = environment.filter { $0.key.hasPrefix("data.") }
    if record.status == .finished, changes.isEmpty, chosen.epoch == nil {
      throw ReplayError.alreadyFinished(run: run, epochs: planned ?? 0)
    }
    if newEnd != nil, planned == nil {
      throw ReplayError.unusableParameter(run: run, name: "epochs", value: nil, rule: "")
    }
    guard let epochs else { return }
    // A finished run is never done again from the start only to be shorter; one that was ended between
    // its last epoch and its end still lacks the end.
    let isFinished = record.status == .finished
    let done = isFinished && chosen.epoch == nil ? planned ?? 0 : point.epoch
    if isFinished ? done >= epochs : done > epochs {
      throw ReplayError.nothingToDo(run: run, epochs: epochs, from: done)
    }
  }

  /// Goes on to the end.
  /// - Parameter announce: Is told what was dropped, once the run is open.
  /// - Throws: `resumptionStopped` if a person asked to stop before that.
  public func start(
    in context: RunContext, progress: some TrainingObserver,
    announce: @escaping @Sendable (DroppedRecords) -> Void
  ) throws -> RunOutcome {
    var context = context
    context.resumed = ResumedRun(
      run: run, point: point, changes: changes, facts: facts, announce: announce)
    context.checkpoint = checkpoint
    context.expectedData = dataFacts
    do {
      return try recipe.run(in: context, progress: progress)
    } catch is RunInterruption {
      throw ReplayError.resumptionStopped(run: run)
    }
  }

  private static func checkpoint(
    of recipe: StoredRecipe, _ epoch: Int?, ofRun run: Int, in database: RunDatabase
  ) throws -> StoredCheckpoint? {
    guard recipe.images != nil else { return nil }
    let checkpoint = try database.checkpoint(ofRun: run, epoch: epoch)
    if checkpoint == nil, let epoch {
      throw RunStoreError.noSnapshot(
        run: run, epoch: epoch, available: try database.checkpointEpochs(ofRun: run))
    }
    return try checkpoint.map { try StoredCheckpoint($0, ofRun: run) }
  }

  /// A learning rate that follows the plan was right for the old plan only: the run as a whole is then
  /// none that its parameters describe.
  private static func facts(
    planned: Int?, newEnd: Int?, schedule: SQLValue?, _ point: ResumePoint
  ) -> [String: SQLValue] {
    guard let planned, let newEnd, planned != newEnd, point.step > 0,
      let schedule, schedule != .text("constant")
    else { return [:] }
    return [RunFact.planChangedAfterEpoch: .integer(Int64(point.epoch))]
  }
}

/// A run of the file that is gone on with.
struct ResumedRun: Sendable {
  /// Its id.
  let run: Int
  /// What is kept of it.
  let point: ResumePoint
  /// Parameters that have another value from now on.
  let changes: [String: SQLValue]
  /// Facts to note of it.
  let facts: [String: SQLValue]
  /// Is told what was dropped, once the run is open.
  let announce: @Sendable (DroppedRecords) -> Void
}

/// The names of facts in a run's environment that this library looks at again.
enum RunFact {
  /// The epoch after which a run got another end, while its learning rate depended on the end.
  static let planChangedAfterEpoch = "plan.changed_after_epoch"
}
