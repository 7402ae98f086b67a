/// The process that takes up a run.
public struct RunProcess: Sendable {
  /// The machine it runs on.
  public var machine: Machine
  /// Its id on that machine.
  public var pid: Int
  /// The version of the program.
  public var version: String

  /// Describes a process.
  public init(machine: Machine, pid: Int, version: String) {
    self.machine = machine
    self.pid = pid
    self.version = version
  }
}
