/// The state of all tensors of one kind at one moment of a run.
public struct SnapshotRecord: Sendable, Equatable {
  /// What the tensors are.
  public enum Kind: String, Sendable, CaseIterable {
    /// The parameters of the network.
    case weights
    /// The gradients of the loss.
    case gradients
    /// The state of the optimizer, such as momentum.
    case optimizer
  }

  /// The epochs finished; 0 is before training.
  public var epoch: Int
  /// The optimizer steps made.
  public var step: Int
  /// What the tensors are.
  public var kind: Kind
  /// The tensors.
  public var tensors: [TensorRecord]

  /// Describes a snapshot.
  public init(epoch: Int, step: Int = 0, kind: Kind = .weights, tensors: [TensorRecord]) {
    self.epoch = epoch
    self.step = step
    self.kind = kind
    self.tensors = tensors
  }
}

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

/// The moment of a run from which it is taken up again; what came later is dropped.
public struct ResumePoint: Sendable, Equatable {
  /// The epochs finished.
  public let epoch: Int
  /// The optimizer steps made.
  public let step: Int
  /// Whether steps of the next epoch have been made.
  public let isWithinEpoch: Bool

  /// Before the first step.
  public static let start = ResumePoint(epoch: 0, step: 0, isWithinEpoch: false)

  /// Names a moment.
  public init(epoch: Int, step: Int, isWithinEpoch: Bool) {
    self.epoch = epoch
    self.step = step
    self.isWithinEpoch = isWithinEpoch
  }

  /// The last epoch of which anything is kept.
  var lastEpoch: Int { isWithinEpoch ? [epoch, 1].clampedSum : epoch }
}
