import NeuralNet
import Randomness

/// Everything that the rest of a training depends on. To store it is to be able to go on with the
/// same bits.
public struct TrainingState: Sendable, Equatable {
  /// The weights and biases.
  public var parameters: Parameters<Float>
  /// The optimizer's momentum.
  public var velocity: Parameters<Float>
  /// Where the training stands.
  public var progress: TrainingProgress

  /// The state before the first step.
  public init(parameters: Parameters<Float>, velocity: Parameters<Float>, seed: UInt64) {
    self.parameters = parameters
    self.velocity = velocity
    progress = TrainingProgress(seed: seed)
  }

  /// Takes up a stored state.
  public init(
    parameters: Parameters<Float>, velocity: Parameters<Float>, progress: TrainingProgress
  ) {
    self.parameters = parameters
    self.velocity = velocity
    self.progress = progress
  }
}
