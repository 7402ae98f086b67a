import NeuralNet

/// How a network is trained. Together with the data and the network it decides every bit of the
/// result; the number of threads does not.
public struct TrainingOptions: Sendable, Equatable, Codable {
  /// The number of times that each sample is used.
  public var epochs = 10
  /// The number of samples of an optimizer step; the last batch of an epoch may be smaller.
  public var batchSize = 128
  /// The learning rate of the first epoch.
  public var learningRate = 0.05
  /// How the learning rate changes.
  public var schedule = LearningRateSchedule.constant
  /// The optimizer.
  public var optimizer = SGD(momentum: 0.9)
  /// Whether each epoch takes the samples in a new random order.
  public var shuffles = true
  /// The number of threads.
  public var threads = 1
  /// How many training samples, the first ones, have their mean gradient computed before training and
  /// after each epoch; none if 0.
  public var gradientSamples = 0
  /// What to do when the loss becomes NaN or infinite.
  public var onDivergence = DivergencePolicy.stop

  /// Ten epochs of SGD with momentum 0.9, on one thread.
  public init() {}
}
