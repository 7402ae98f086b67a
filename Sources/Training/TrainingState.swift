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

  /// The state before the first step; `generator` will draw the order of the samples.
  public init(
    parameters: Parameters<Float>, velocity: Parameters<Float>, generator: SeededGenerator
  ) {
    self.parameters = parameters
    self.velocity = velocity
    progress = TrainingProgress(generator: generator)
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
