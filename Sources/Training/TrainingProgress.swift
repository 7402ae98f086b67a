import NeuralNet
import Randomness

/// Where a training stands: the small part of its state.
public struct TrainingProgress: Sendable, Equatable, Codable {
  /// The number of finished epochs.
  public var epoch = 0
  /// The number of optimizer steps made.
  public var step = 0
  /// The number of batches of the unfinished epoch that are done.
  public var batchesDone = 0
  /// The losses of those batches.
  public var partialLoss = BatchLoss()
  /// The training time of those batches, in seconds.
  public var partialSeconds = 0.0
  /// The generator as it was when the unfinished epoch began: it draws the order of the samples.
  public var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
  }
}
