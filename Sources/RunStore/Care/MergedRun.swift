/// What became of one run when two files were merged.
public struct MergedRun: Sendable, Equatable {
  /// What became of it.
  public enum Outcome: String, Sendable, CaseIterable {
    /// It is in this file now.
    case added
    /// It was in this file already, the same in all its parts.
    case present
    /// This file has a run of this uuid that differs: nothing was changed.
    case conflict
    /// It is still running in the other file, and was left there.
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
}
