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
