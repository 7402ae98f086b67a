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
