import Foundation

/// Notices that a training makes its loss larger instead of smaller.
struct DivergenceWatch {
  /// The loss before training.
  let initialLoss: Double
  private var hasGrown = false
  private var hasEnded = false

  init(initialLoss: Double) {
    self.initialLoss = initialLoss
  }

  /// What to say about the loss after an epoch, if it is news: that it exceeds ten times the initial
  /// one, and that it has become infinite or NaN. Each is said once.
  mutating func notice(loss: Double, epoch: Int) -> String? {
    if !loss.isFinite, !hasEnded {
      (hasGrown, hasEnded) = (true, true)
      return "The loss is \(loss.isNaN ? "NaN" : "infinite") from epoch \(epoch) on: the learning"
        + " rate is too large."
    }
    if loss > 10 * initialLoss, !hasGrown {
      hasGrown = true
      return
        "The loss grows: \(loss.fourDigits) after epoch \(epoch), \(initialLoss.fourDigits) before"
        + " training; the learning rate is too large."
    }
    return nil
  }
}

extension Double {
  /// The number with four significant digits.
  fileprivate var fourDigits: String { String(format: "%.4g", self) }
}
