/// Something in a training that a person should look at, though it goes on.
public enum TrainingWarning: Sendable, Equatable {
  /// The loss of a batch is more than ten times the median of those before it.
  case lossJump(epoch: Int, batch: Int, step: Int, loss: Double, median: Double)
  /// A ReLU layer puts out nothing but zeros for all training samples.
  case deadLayer(layer: String, epoch: Int, step: Int)

  /// A word for programs.
  public var kind: String {
    switch self {
    case .lossJump: "loss_jump"
    case .deadLayer: "dead_layer"
    }
  }

  /// The epoch it belongs to.
  public var epoch: Int {
    switch self {
    case .lossJump(let epoch, _, _, _, _), .deadLayer(_, let epoch, _): epoch
    }
  }

  /// The optimizer step after which it was noticed.
  public var step: Int {
    switch self {
    case .lossJump(_, _, let step, _, _), .deadLayer(_, _, let step): step
    }
  }

  /// A sentence for people.
  public var message: String {
    switch self {
    case .lossJump(let epoch, let batch, _, let loss, let median):
      "The loss of epoch \(epoch), batch \(batch) is \(Float(loss)), more than ten times the running"
        + " median \(Float(median))."
    case .deadLayer(let layer, let epoch, _):
      "Every output of \(layer) is 0 for all training samples after epoch \(epoch): what stands"
        + " before it no longer learns."
    }
  }
}
