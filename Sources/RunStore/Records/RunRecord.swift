import Foundation

/// A row of the table `runs`.
public struct RunRecord: Sendable, Equatable {
  /// The number of the run in this file.
  public let id: Int
  /// The name of the run in every file, lower case.
  public let uuid: String
  /// The name of the experiment it belongs to.
  public let experiment: String
  /// What people call it.
  public let name: String
  /// The recipe it ran; nil for other programs.
  public let recipe: String?
  /// How it stands, as it says itself: never `crashed`.
  public let status: RunStatus
  /// The seed of its random generator.
  public let seed: Int?
  /// When it started; nil for a run that is scheduled.
  public let startedAt: Date?
  /// When it ended.
  public let endedAt: Date?
  /// Its last sign of life.
  public let heartbeatAt: Date
  /// The machine it ran on.
  public let host: String?
  /// Its process on that machine.
  public let pid: Int?
  /// The boot of that machine.
  public let bootID: String?
  /// The namespace in which the process id is meant.
  public let pidNamespace: Int?
  /// The promised time from one sign of life to the next, in seconds; nil if none is promised.
  public let heartbeatSeconds: Int?
  /// The command line, as it was typed.
  public let command: String?
  /// The version of the program.
  public let version: String?
  /// The commit of the working directory.
  public let gitCommit: String?
  /// Whether there were uncommitted changes.
  public let gitDirty: Bool?
  /// The run it came from.
  public let parentRun: Int?
  /// The name that the runs of a sweep share.
  public let group: String?
  /// Why it failed.
  public let error: String?
  /// Remarks of a person.
  public let note: String?
  /// When it was deleted; nil if it is there.
  public let deletedAt: Date?
  /// Who started it.
  public let userName: String?
  /// The program and its arguments, to run it again.
  public let arguments: [String]?
  /// The folder in which it was started.
  public let directory: String?
  /// The exit status of the program; 128 and the number of the signal if one ended it.
  public let exitCode: Int?
  /// Where an imported run came from; nil for one that was logged here.
  public let source: String?
  /// The time between its ends and its goings on, when nothing ran, in seconds.
  public let idleSeconds: Double
}

extension RunRecord {
  init(_ row: ResultRow) throws {
    id = try row.integer("id")
    uuid = try row.text("uuid")
    experiment = try row.text("experiment")
    name = try row.text("name")
    recipe = try row.optionalText("recipe")
    status = try row.choice("status")
    seed = try row.optionalInteger("seed")
    startedAt = try row.optionalDate("started_at")
    endedAt = try row.optionalDate("ended_at")
    heartbeatAt = try row.date("heartbeat_at")
    host = try row.optionalText("host")
    pid = try row.optionalInteger("pid")
    bootID = try row.optionalText("boot_id")
    pidNamespace = try row.optionalInteger("pid_namespace")
    heartbeatSeconds = try row.optionalInteger("heartbeat_seconds")
    command = try row.optionalText("command")
    version = try row.optionalText("version")
    gitCommit = try row.optionalText("git_commit")
    gitDirty = try row.optionalInteger("git_dirty").map { $0 != 0 }
    parentRun = try row.optionalInteger("parent_run_id")
    group = try row.optionalText("group_name")
    error = try row.optionalText("error")
    note = try row.optionalText("note")
    deletedAt = try row.optionalDate("deleted_at")
    userName = try row.optionalText("user_name")
    // Other programs may have written anything here.
    arguments = try row.optionalText("argv").flatMap {
      try? JSONDecoder().decode([String].self, from: Data($0.utf8))
    }
    directory = try row.optionalText("cwd")
    exitCode = try row.optionalInteger("exit_code")
    source = try row.optionalText("source")
    idleSeconds = Double(try row.integer("idle_milliseconds")) / 1_000
  }
}

/// How a run stands.
public enum RunStatus: String, Sendable, Codable, CaseIterable {
  /// It is being trained, as far as the file knows.
  case running
  /// It came to its planned end.
  case finished
  /// It ended with an error.
  case failed
  /// It ended early on purpose: what it has is a result.
  case stopped
  /// It has not started yet.
  case scheduled
  /// A person stopped it; it can be resumed.
  case interrupted
  /// It says `running`, but its process has died. Never stored: views find it out, and `status(seenFrom:at:)` does.
  case crashed
}

/// The process that takes up a run.
public struct RunProcess: Sendable {
  /// The machine it runs on.
  public var machine: Machine
  /// Its id on that machine.
  public var pid: Int
  /// The version of the program.
  public var version: String
  /// The promised time from one sign of life to the next, in seconds; nil if none is promised.
  public var heartbeatSeconds: Int?
  /// Its token: from now on it alone may add results. Nil if any process may.
  public var owner: String?

  /// Describes a process.
  public init(
    machine: Machine, pid: Int, version: String, heartbeatSeconds: Int? = nil,
    owner: String? = nil
  ) {
    self.machine = machine
    self.pid = pid
    self.version = version
    self.heartbeatSeconds = heartbeatSeconds
    self.owner = owner
  }
}
