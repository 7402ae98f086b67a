/// What became of one run when two files were merged.
public struct MergedRun: Sendable, Equatable {
  /// What became of it.
  public enum Outcome: String, Sendable, CaseIterable {
    /// It is in this file now.
    case added
    /// It was in this file already, and nothing of it was changed.
    case present
    /// It was in this file already, and took over what this file lacked: see `details`.
    case updated
    /// It was in this file already, and the one of the other file took its place.
    case replaced
    /// The two files do not say the same of it: nothing was changed.
    case conflict
    /// The other file does not hold what it says that it holds: the run was left there.
    case damaged
    /// It is still running, in the other file or here: nothing was changed.
    case running
  }

  /// The name of the run in every file.
  public let uuid: String
  /// What people call it.
  public let name: String
  /// What became of it.
  public let outcome: Outcome
  /// Its id in this file; nil if it was left where it was.
  public let run: Int?
  /// What differed, was taken over, or is damaged, in words.
  public let details: [String]
}

/// Which of two files is right where they differ.
public enum MergePreference: String, Sendable, CaseIterable {
  /// The one that takes over runs.
  case this
  /// The one that they are taken from.
  case other
}
