/// What it takes to go on with a run as if it had never stopped.
public struct CheckpointRecord: Sendable, Equatable {
  /// The weights.
  public var weights: SnapshotRecord
  /// The state of the optimizer; nil if it has none.
  public var optimizer: SnapshotRecord?
  /// The state of the random generator, the data order and the schedule, as JSON.
  public var state: String

  /// Describes a checkpoint; epoch and step are those of its weights.
  public init(weights: SnapshotRecord, optimizer: SnapshotRecord?, state: String) {
    self.weights = weights
    self.optimizer = optimizer
    self.state = state
  }
}
