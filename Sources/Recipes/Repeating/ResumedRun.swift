import RunStore

/// A run of the file that is gone on with.
struct ResumedRun: Sendable {
  /// Its id.
  let run: Int
  /// What is kept of it.
  let point: ResumePoint
  /// Parameters that have another value from now on.
  let changes: [String: SQLValue]
  /// Facts to note of it.
  let facts: [String: SQLValue]
  /// Is told what was dropped, once the run is open.
  let announce: @Sendable (DroppedRecords) -> Void
}
