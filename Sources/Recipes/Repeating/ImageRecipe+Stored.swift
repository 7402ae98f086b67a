import Datasets
import NeuralNet
import Training

extension ImageTrainingOptions {
  /// Reads back what `parameters` wrote.
  init(_ stored: StoredParameters) throws {
    self.init()
    data = try stored.choice("data")
    dataFolder = try stored.optionalPath("data_dir")
    limit = try stored.optionalCount("limit")
    validationLimit = try stored.optionalCount("validation_limit")
    seed = try stored.seed()
    initialization = try stored.choice("init")
    initialWeights = try stored.optionalPath("init_weights")
    training.epochs = try stored.count("epochs")
    training.batchSize = try stored.count("batch_size")
    training.learningRate = try stored.number("lr")
    training.schedule = try stored.choice("schedule")
    training.optimizer = SGD(
      momentum: try stored.number("momentum"), weightDecay: try stored.number("weight_decay"))
    training.shuffles = try stored.flag("shuffle")
    training.threads = try stored.count("threads")
    training.onDivergence = try stored.choice("on_divergence", absent: .stop)
    recording.snapshotEvery = try stored.count("snapshot_every")
    recording.histogramEvery = try stored.count("histogram_every")
    recording.logsSteps = try stored.flag("log_steps")
    recording.profiles = try stored.flag("profile", absent: false)
    guard training.batchSize > 0 else { throw stored.unusable("batch_size") }
    guard (1...256).contains(training.threads) else { throw stored.unusable("threads") }
  }
}

extension ImageRecipe {
  /// The multi-layer perceptron of a stored run.
  static func mlp(_ stored: StoredParameters) throws -> ImageRecipe {
    let widths = try stored.optionalNumbers("hidden") ?? []
    let hidden = widths.compactMap { Int(exactly: $0) }
    guard hidden.count == widths.count, hidden.allSatisfy({ (1...4_096).contains($0) }) else {
      throw stored.unusable("hidden")
    }
    return try .mlp(
      ImageTrainingOptions(stored), hidden: hidden, activation: stored.choice("activation"))
  }
}
