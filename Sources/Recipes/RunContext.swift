import Foundation
import Recording
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
  /// The machine, the process and the state of the code.
  public var environment: RunEnvironment
  /// The version of this program.
  public var version: String
  /// The time.
  public var now: @Sendable () -> Date
  /// Seconds since some fixed moment.
  public var elapsed: @Sendable () -> Double

  /// Names everything.
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
  func draft(
    recipe: String, seed: UInt64?, parameters: [String: SQLValue]
  ) -> RunDraft {
    var draft = RunDraft(
      name: name ?? recipe, startedAt: now(), experiment: experiment, recipe: recipe,
      seed: seed.map { Int(truncatingIfNeeded: $0) }, parameters: parameters, tags: tags)
    draft.note = note
    draft.version = version
    draft.note(environment)
    return draft
  }
}
