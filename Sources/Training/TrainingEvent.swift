import NeuralNet

/// What a trainer reports while it works.
public enum TrainingEvent: Sendable {
  /// The first gradient is known, and nothing has changed yet.
  case started(TrainingMoment)
  /// An optimizer step was made.
  case step(TrainingStep)
  /// All samples were used once more, and the validation data looked at.
  case finishedEpoch(EpochReport, TrainingMoment)
  /// Something looks wrong; it belongs to the epoch that ends next.
  case warned(TrainingWarning)
  /// The loss of a batch is NaN or infinite. Told once, before the step.
  case diverged(Divergence)
  /// The training was stopped after a whole step; it can go on from this state.
  case stopped(TrainingState)
}

/// The tensors at one moment.
public struct TrainingMoment: Sendable {
  /// The state; training can go on from it.
  public let state: TrainingState
  /// The gradient of the last batch: the first one before training, by the initial parameters.
  public let gradient: Parameters<Float>
  /// The gradient of the mean loss of the first training samples, as many as the options say, at the
  /// parameters of `state`; nil if they say none. After a pause it is as if there had been none.
  public let sampleGradient: Parameters<Float>?
}

/// One optimizer step.
public struct TrainingStep: Sendable, Equatable {
  /// Counted from 1 over all epochs.
  public let step: Int
  /// Counted from 1.
  public let epoch: Int
  /// Batches of this epoch done, this one included.
  public let batch: Int
  /// Batches of an epoch.
  public let batchCount: Int
  /// The mean loss of the batch, before the step.
  public let loss: Double
  /// Samples of this epoch used so far.
  public let samples: Int
  /// The time spent on them, in seconds.
  public let seconds: Double

  /// The training speed since the epoch began, in samples a second.
  public var samplesPerSecond: Double { Double(samples) / seconds }

  /// The time that a batch takes, in seconds.
  public var secondsPerBatch: Double { seconds / Double(batch) }
}

/// What came out of one epoch.
public struct EpochReport: Sendable, Equatable {
  /// Counted from 1.
  public let epoch: Int
  /// Optimizer steps made so far.
  public let step: Int
  /// The losses of the batches as they were trained on, each before its own step.
  public let training: BatchLoss
  /// The losses of the validation data after the epoch.
  public let validation: BatchLoss
  /// The learning rate.
  public let learningRate: Double
  /// The time spent on training, without validation and observers, in seconds.
  public let seconds: Double
  /// The time of each layer in the epoch's training, summed over the threads; after a resumption,
  /// since then.
  public let layerTimes: [LayerTime]
  /// How many samples `layerTimes` are of; after a resumption fewer than `training.count`.
  public let timedSampleCount: Int

  /// The training speed, in samples a second.
  public var samplesPerSecond: Double { Double(training.count) / seconds }
}

/// Someone who is told what happens in a training: a recorder, a progress bar, a test's array.
public protocol TrainingObserver {
  /// Takes note of an event. An error ends the training.
  mutating func observe(_ event: TrainingEvent) throws
}

/// Tells two observers, the first one first.
public struct ObserverPair<First: TrainingObserver, Second: TrainingObserver>: TrainingObserver {
  /// Is told first.
  public private(set) var first: First
  /// Is told if the first one did not object.
  public private(set) var second: Second

  /// Joins two observers.
  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  public mutating func observe(_ event: TrainingEvent) throws {
    try first.observe(event)
    try second.observe(event)
  }
}
