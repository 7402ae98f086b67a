import Datasets
import Foundation
import Provenance
import RunStore

/// Where a recipe logs to, and what the person who started it said about the run.
public struct RunContext: Sendable {
  /// The path of the tracker file; made if there is none.
  public var databasePath: String
  /// The experiment that the run belongs to.
  public var experiment: String
  /// What the run is called; the recipe's name if nil.
  public var name: String?
  /// Words to hang on the run.
  public var tags: [String: String]
  /// Remarks.
  public var note: String?
  /// The run whose program started this one; nil for none.
  public var parentRun: Int?
  /// From one look at the machine to the next, in seconds; 0 for none.
  public var systemMetricsSeconds = 0.0
  /// The machine, the process and the state of the code.
  public var environment: RunEnvironment
  /// The version of this program.
  public var version: String
  /// The time.
  public var now: @Sendable () -> Date
  /// Seconds since some fixed moment.
  public var elapsed: @Sendable () -> Double
  /// Whether a person has asked to stop; training stops after the batch or epoch at hand.
  public var shouldStop: @Sendable () -> Bool = { false }
  /// The exit status of a program that stops because a person asked it to; nil if it is not known.
  public var interruptionExitCode: @Sendable () -> Int? = { nil }
  /// Is told what a person should know about the data and weights that were read, before the run
  /// starts.
  public var tell: @Sendable (DataRemark) -> Void = { _ in }
  /// The run to go on with; nil to start a new one.
  var resumed: ResumedRun?
  /// Where a training that has checkpoints begins; nil for the beginning.
  var checkpoint: StoredCheckpoint?
  /// The checkpoint before the first step that holds the initial weights; nil to draw or read them.
  var initialWeights: StoredCheckpoint?
  /// The step after which nothing more is wanted of a recipe without checkpoints; nil for all.
  var lastStep: Int?
  /// Facts about the data that must hold, by name; what is not named may be anything.
  var expectedData: [String: SQLValue] = [:]

  /// What a run needs to know; whether to stop, and whom to tell, can be set later.
  public init(
    databasePath: String, experiment: String, name: String?, tags: [String: String],
    note: String?, environment: RunEnvironment, version: String,
    now: @escaping @Sendable () -> Date, elapsed: @escaping @Sendable () -> Double
  ) {
    self.databasePath = databasePath
    self.experiment = experiment
    self.name = name
    self.tags = tags
    self.note = note
    self.environment = environment
    self.version = version
    self.now = now
    self.elapsed = elapsed
  }

  /// The draft of a run of `recipe`, with everything that this context knows.
  /// - Parameter group: What the runs of one command share; nil if there is only one.
  func draft<R: Recipe>(of recipe: R, seed: UInt64?, group: String? = nil) -> RunDraft {
    var draft = RunDraft(
      name: name ?? R.name, startedAt: now(), experiment: experiment, recipe: R.name,
      seed: seed.map { Int(truncatingIfNeeded: $0) }, parameters: recipe.parameters, tags: tags)
    draft.group = group
    draft.parentRun = parentRun
    draft.note = note
    draft.version = version
    draft.log(environment)
    return draft
  }

  /// Records one run from its start to its end, whatever happens in between.
  ///
  /// Read files and check everything before: what is wrong then leaves no trace. An error that `body`
  /// throws marks the run as failed and goes on to the caller; a run that another process has taken over
  /// meanwhile stays as that one has it.
  /// - Parameters:
  ///   - draft: The run as it starts.
  ///   - body: Does the work and writes to the journal; what it leaves there is stored at the end.
  func record(
    _ draft: RunDraft, _ body: (inout RunJournal) throws -> RunStatus
  ) throws -> RunOutcome {
    try checkData(of: draft)
    guard !shouldStop() else { throw RunInterruption() }
    let database = try RunDatabase(writingTo: databasePath)
    for notice in database.notices { tell(DataRemark(.note, notice.message)) }
    let run = try open(draft, in: database)
    let owner = environment.owner
    let heartbeat = Heartbeat(of: run, owner: owner, in: database, now: now)
    defer { withExtendedLifetime(heartbeat) {} }
    let monitor = SystemMonitor(
      every: systemMetricsSeconds, ofProcess: environment.pid,
      firstStep: try database.nextSystemStep(ofRun: run)
    ) { [now] points in
      try database.record(RunBatch(time: now(), metrics: points), run: run, owner: owner)
    }
    defer { monitor.end() }
    do {
      var journal = RunJournal(
        run: run, database: database, owner: owner, lastStep: lastStep,
        shouldStop: { [shouldStop] in shouldStop() || heartbeat.hasLostRun }, now: now)
      let status = try interruptible { try body(&journal) }
      try journal.store()
      try database.finishRun(
        run, status: status, exitCode: status == .interrupted ? interruptionExitCode() : 0,
        owner: owner, at: now())
    } catch {
      // The first error is the one to report, even if the run cannot be marked because of it.
      try? database.finishRun(
        run, status: .failed, error: error.words, exitCode: 1, owner: owner,
        at: now())
      throw error
    }
    return try RunOutcome(run, in: database)
  }

  private func interruptible(_ body: () throws -> RunStatus) throws -> RunStatus {
    do {
      return try body()
    } catch is RunInterruption {
      return .interrupted
    }
  }

  /// Starts a new run, or goes on with the one that this context is about.
  private func open(_ draft: RunDraft, in database: RunDatabase) throws -> Int {
    guard let resumed else { return try database.createRun(draft).id }
    let dropped = try database.reopenRun(
      resumed.run, at: resumed.point,
      by: RunProcess(environment, version: version), changing: resumed.changes,
      noting: resumed.facts, time: now())
    resumed.announce(dropped)
    return resumed.run
  }

  private func checkData(of draft: RunDraft) throws {
    for (name, expected) in expectedData.sorted(by: { $0.key < $1.key }) {
      let found = draft.environment[name] ?? .null
      guard found == expected else {
        throw ReplayError.otherData(fact: name, stored: expected, found: found)
      }
    }
  }
}

extension RunDraft {
  /// A name for the runs of one command: this run's recipe and the start of its uuid.
  var groupName: String { "\(recipe ?? name)-\(uuid.uuidString.lowercased().prefix(8))" }
}

/// A person asked to stop, and the work at hand ends here.
public struct RunInterruption: LocalizedError, Sendable, Equatable {
  /// What happened.
  public var errorDescription: String? { "Stopped before the next run began." }

  /// What to do about it.
  public var recoverySuggestion: String? {
    "run the rest with the same command, from the next seed or value on"
  }
}
