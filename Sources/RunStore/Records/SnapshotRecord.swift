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
