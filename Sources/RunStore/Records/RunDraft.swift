import Foundation

/// What is known of a run when it starts.
public struct RunDraft: Sendable, Equatable {
  /// The name of the run in every file of the world.
  public var uuid: UUID
  /// The experiment it belongs to; made when there is none of this name.
  public var experiment: String
  /// What people call it.
  public var name: String
  /// The recipe it runs; nil for other programs.
  public var recipe: String?
  /// The seed of its random generator.
  public var seed: Int?
  /// When it starts.
  public var startedAt: Date
  /// The machine it runs on.
  public var host: String?
  /// Its process on that machine.
  public var pid: Int?
  /// The boot of that machine.
  public var bootID: String?
  /// The namespace in which the process id is meant.
  public var pidNamespace: Int?
  /// The promised time from one sign of life to the next, in seconds; nil if none is promised.
  public var heartbeatSeconds: Int?
  /// The token of the process that alone may add results; nil if any may.
  public var owner: String?
  /// Who started it.
  public var userName: String?
  /// The program and its arguments, to run it again.
  public var arguments: [String]?
  /// The folder in which it was started.
  public var directory: String?
  /// The command line, as it was typed.
  public var command: String?
  /// The version of the program.
  public var version: String?
  /// The commit of the working directory.
  public var gitCommit: String?
  /// Whether there were uncommitted changes.
  public var gitDirty: Bool?
  /// The run it came from; one that is not in the file counts as none.
  public var parentRun: Int?
  /// The name that the runs of a sweep share.
  public var group: String?
  /// Remarks of a person.
  public var note: String?
  /// Its settings, by name.
  public var parameters: [String: SQLValue]
  /// How settings were written, by name, where the value alone does not say it: `0.10`, `true`.
  public var parameterTexts: [String: String] = [:]
  /// Its tags, by name; a tag without a value has an empty one.
  public var tags: [String: String]
  /// Facts about the machine, the tools and the data, by name.
  public var environment: [String: SQLValue]
  /// The layers of its network, in order.
  public var layers: [LayerRecord]
  /// The data it uses.
  public var datasets: [DatasetUse] = []

  /// Describes a run by its name and start; everything else can be set afterwards.
  public init(
    name: String, startedAt: Date, uuid: UUID = UUID(), experiment: String = "default",
    recipe: String? = nil, seed: Int? = nil, parameters: [String: SQLValue] = [:],
    tags: [String: String] = [:], environment: [String: SQLValue] = [:],
    layers: [LayerRecord] = []
  ) {
    self.name = name
    self.startedAt = startedAt
    self.uuid = uuid
    self.experiment = experiment
    self.recipe = recipe
    self.seed = seed
    self.parameters = parameters
    self.tags = tags
    self.environment = environment
    self.layers = layers
  }
}
