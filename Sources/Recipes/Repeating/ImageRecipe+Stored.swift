import Datasets
import NeuralNet
import Training

extension ImageTrainingOptions {
  /// Reads back what `parameters` wrote.
  init(_ stored: StoredParameters) throws {
    self.init()
    data = try stored.choice("data")
    dataFolder = try stored.optionalPath("data_dir")
    limit = try stored.optionalInteger("limit")
    validationLimit = try stored.optionalInteger("validation_limit")
    seed = try stored.seed()
    initialization = try stored.choice("init")
    initialWeights = try stored.optionalPath("init_weights")
    training.epochs = try stored.integer("epochs")
    training.batchSize = try stored.integer("batch_size")
    training.learningRate = try stored.number("lr")
    training.schedule = try stored.choice("schedule")
    training.optimizer = SGD(
      momentum: try stored.number("momentum"), weightDecay: try stored.number("weight_decay"))
    training.shuffles = try stored.flag("shuffle")
    training.threads = try stored.integer("threads")
    training.onDivergence = try stored.choice("on_divergence", absent: .stop)
    recording.snapshotEvery = try stored.integer("snapshot_every")
    recording.histogramEvery = try stored.integer("histogram_every")
    recording.logsSteps = try stored.flag("log_steps")
    recording.profiles = try stored.flag("profile", absent: false)
  }
}

extension ImageRecipe {
  /// The multi-layer perceptron of a stored run.
  static func mlp(_ stored: StoredParameters) throws -> ImageRecipe {
    try .mlp(
      ImageTrainingOptions(stored), hidden: stored.integers("hidden"),
      activation: stored.choice("activation"))
  }
}
