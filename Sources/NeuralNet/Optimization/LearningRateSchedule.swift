import RealModule

/// How the learning rate changes from epoch to epoch.
public enum LearningRateSchedule: String, CaseIterable, Sendable, Codable {
  /// It stays.
  case constant
  /// A tenth from half of the epochs on, a hundredth from three quarters on.
  case step
  /// `η/2 · (1 + cos(π e / E))` in epoch `e`, counted from 0, of `E`.
  case cosine

  /// The learning rate of an epoch.
  /// - Parameters:
  ///   - base: The rate of the first epoch, `η`.
  ///   - epoch: Counted from 1.
  ///   - epochs: All that are planned, `E`.
  public func learningRate(base: Double, epoch: Int, of epochs: Int) -> Double {
    let progress = Double(epoch - 1) / Double(max(epochs, 1))
    return switch self {
    case .constant: base
    case .step: base * (progress < 0.5 ? 1 : progress < 0.75 ? 0.1 : 0.01)
    case .cosine: base / 2 * (1 + Double.cos(.pi * progress))
    }
  }
}
