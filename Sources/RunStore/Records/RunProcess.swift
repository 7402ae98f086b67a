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
