/// A person asked to stop, and the work at hand ends here.
public struct RunInterruption: Error, Sendable, Equatable {
  /// What happened.
  public var message: String { "Stopped before the next run began." }

  /// What to do about it.
  public var hint: String { "run the rest with the same command, from the next seed or value on." }
}
