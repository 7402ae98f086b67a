import Datasets
import NeuralNet
import Randomness
import Recording
import RunStore
import Training

/// What one can choose when training on images: the data, the start, the training, the logging.
public struct ImageTrainingOptions: Sendable, Equatable {
  /// Which images.
  public var data = ImageCollection.fashionMNIST
  /// The folder with the data's files; nil for the usual place.
  public var dataFolder: String?
  /// How many training images to use, the first ones; nil for all.
  public var limit: Int?
  /// How many validation images to use, the first ones; nil for all.
  public var validationLimit: Int?
  /// Seeds the initial weights and the order of the samples.
  public var seed: UInt64 = 1
  /// How the weights start.
  public var initialization = Initialization.default
  /// A safetensors file with the initial weights; nil to draw them.
  public var initialWeights: String?
  /// How to train.
  public var training = TrainingOptions()
  /// What to store.
  public var recording = RecordingOptions()

  /// The usual choices.
  public init() {}

  /// Refuses choices that make no sense.
  public func validate() throws(InvalidOption) {
    try requireEpochs(training.epochs)
    try require(training.batchSize >= 1, "batch_size", "must be at least 1")
    try require((1...256).contains(training.threads), "threads", "must be from 1 to 256")
    for (parameter, limit) in [("limit", limit), ("validation_limit", validationLimit)] {
      try require(limit ?? 1 >= 1, parameter, "must be at least 1")
      try require(
        data != .shapes || limit ?? 1 <= 1_000_000, parameter,
        "must be at most 1000000 for the data shapes")
    }
    try requireLearningRate(training.learningRate)
    try require(
      (0..<1).contains(training.optimizer.momentum), "momentum", "must be from 0 to below 1")
    let decay = training.optimizer.weightDecay
    try require(
      decay >= 0 && decay.isFinite, "weight_decay", "must be a finite number, and not negative")
    try requireSeed(seed)
    try require(recording.snapshotEvery >= 0, "snapshot_every", "must not be negative")
    try require(recording.histogramEvery >= 0, "histogram_every", "must not be negative")
  }

  /// Every choice as a parameter of the run, by its name on the command line.
  public var parameters: [String: SQLValue] {
    [
      "data": .text(data.rawValue),
      "data_dir": SQLValue(dataFolder),
      "limit": SQLValue(limit),
      "validation_limit": SQLValue(validationLimit),
      "seed": .integer(Int64(truncatingIfNeeded: seed)),
      "init": .text(initialization.rawValue),
      "init_weights": SQLValue(initialWeights),
      "epochs": .integer(Int64(training.epochs)),
      "batch_size": .integer(Int64(training.batchSize)),
      "lr": .real(training.learningRate),
      "schedule": .text(training.schedule.rawValue),
      "momentum": .real(training.optimizer.momentum),
      "weight_decay": .real(training.optimizer.weightDecay),
      "shuffle": .integer(training.shuffles ? 1 : 0),
      "threads": .integer(Int64(training.threads)),
      "on_divergence": .text(training.onDivergence.rawValue),
      "snapshot_every": .integer(Int64(recording.snapshotEvery)),
      "histogram_every": .integer(Int64(recording.histogramEvery)),
      "log_steps": .integer(recording.logsSteps ? 1 : 0),
      "profile": .integer(recording.profiles ? 1 : 0),
    ]
  }

  /// Reads or generates the images.
  func loadData() throws -> ImageDataset {
    let limits = ImageLimits(training: limit, validation: validationLimit)
    if data == .shapes {
      // The same images for every seed of the training, so that runs can be compared over seeds.
      return .shapes(
        seed: 1, trainingCount: limit ?? 10_000, validationCount: validationLimit ?? 2_000)
    }
    guard let folder = dataFolder ?? data.defaultFolder else {
      throw RecipeError.missingDataFolder(data)
    }
    return data == .cifar10
      ? try .cifar10(in: folder, limits: limits) : try .fashionMNIST(in: folder, limits: limits)
  }

  /// The state before the first step.
  /// - Parameter weights: The initial weights, where they are known already or were read; nil to
  ///   draw them.
  func initialState(of network: Network, weights: Parameters<Float>?) -> TrainingState {
    var generator = SeededGenerator(seed: seed)
    // Drawn in any case, so that the order of the samples is the same for every start.
    var parameters: Parameters<Float> = initialization.parameters(of: network, using: &generator)
    if let weights { parameters = weights }
    return TrainingState(
      parameters: parameters, velocity: Parameters(zerosFor: network), generator: generator)
  }

  /// Reads the file with the initial weights, which must be those of `network`; nil if there is none.
  func loadInitialWeights(of network: Network) throws -> SafetensorsFile? {
    try initialWeights.map {
      try SafetensorsFile(contentsOf: $0) { try network.checkParameters($0) }
    }
  }
}

extension SafetensorsFile {
  /// The types of the values in the file, such as `10 F16`; nil if all are float32.
  var conversion: String? {
    guard !convertedTypes.isEmpty else { return nil }
    return convertedTypes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      .joined(separator: ", ")
  }
}
