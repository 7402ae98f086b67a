import Datasets
import NeuralNet
import Randomness
import Recording
import RunStore
import Training

/// What one can choose when training on images: the data, the start, the training, the logging.
public struct ImageOptions: Sendable, Equatable {
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
  /// The number of runs, each from the seed after that of the one before.
  public var seeds = 1
  /// How the weights start.
  public var initialization = Initialization.default
  /// A safetensors file with the initial weights; nil to draw them.
  public var initialWeights: String?
  /// How to train.
  public var training = TrainingOptions()
  /// What to store.
  public var recording = RecordingOptions()

  /// The defaults: training takes all processors that this program may use.
  public init() {
    training.threads = UsableProcessors.count
    training.gradientSamples = 1_000
  }
}

extension ImageCollection: OptionValue {}
extension LearningRateSchedule: OptionValue {}
extension Initialization: OptionValue {}
extension DivergencePolicy: OptionValue {}
extension Activation: OptionValue {}

extension ImageRecipe {
  /// The options of every recipe that trains on images.
  static var imageOptions: [RecipeOption<Self>] {
    let options: [RecipeOption<Self>] = [
      .option(
        "data", \.images.data, "Which images to use; shapes are generated and need no files."),
      .file(
        "data_dir", \.images.dataFolder, "The folder with the data's files.", valueName: nil),
      .option(
        "limit", \.images.limit, rule: .atLeast1, "Use only the first so many training images."),
      .option(
        "validation_limit", \.images.validationLimit, rule: .atLeast1,
        "Use only the first so many validation images."),
      .option(
        "epochs", \.images.training.epochs, rule: .epochs, "How often to use each image."),
      .option(
        "batch_size", \.images.training.batchSize, rule: .atLeast1, "Images in an optimizer step."),
      .option(
        "lr", \.images.training.learningRate, rule: .learningRate,
        "Learning rate of the first epoch."),
      .option(
        "schedule", \.images.training.schedule, "How the learning rate changes."),
      .option(
        "momentum", \.images.training.optimizer.momentum, rule: .momentum,
        "Momentum, from 0 to below 1."),
      .option(
        "weight_decay", \.images.training.optimizer.weightDecay, rule: .weightDecay,
        "L2 weight decay."),
      .option(
        "seed", \.images.seed, rule: .seed,
        "Seed of the initial weights and of the order of the images."),
      .option(
        "seeds", \.images.seeds, rule: .within(1...10_000),
        "Train from so many seeds, counted from --seed; a run each, in one group.",
        isParameter: false),
      .option(
        "threads", \.images.training.threads, rule: .within(1...256),
        "Threads; the result does not depend on it."),
      .flag(
        "shuffle", \.images.training.shuffles,
        "Take the images of each epoch in a new random order."),
      .option("init", \.images.initialization, "How the weights start."),
      .file(
        "init_weights", \.images.initialWeights, "A safetensors file with the initial weights."),
      .option(
        "on_divergence", \.images.training.onDivergence,
        "What to do when the loss becomes NaN or infinite.", whenAbsent: .stop),
      .option(
        "snapshot_every", \.images.recording.snapshotEvery, rule: .notNegative,
        "Epochs from one weight snapshot to the next; 0 for none."),
      .option(
        "histogram_every", \.images.recording.histogramEvery, rule: .notNegative,
        "Epochs from one pair of histograms to the next; 0 for none."),
      .option(
        "gradient_samples", \.images.training.gradientSamples, rule: .notNegative,
        "Histograms show the mean gradient of the first so many training images at the stored weights;"
          + " 0 for that of the epoch's last batch before its step, and no layer/… metrics.",
        whenAbsent: 0),
      .flag(
        "activations", \.images.recording.activations,
        "Store histograms of what each layer puts out for the first 16 images, too.",
        whenAbsent: { _ in false }),
      .flag(
        "log_steps", \.images.recording.logsSteps,
        "Log the loss of every optimizer step as train/step_loss."),
      .flag(
        "profile", \.images.recording.profiles,
        "Log the time of each layer; see it with: tracker export layers.",
        whenAbsent: { _ in false }),
    ]
    return options.map { $0.moved(to: .training) }
  }
}

extension OptionRule<Double> {
  fileprivate static let momentum = Self("must be from 0 to below 1", (0..<1).contains)
  fileprivate static let weightDecay = Self("must be a finite number, and not negative") {
    $0 >= 0 && $0.isFinite
  }
}

extension ImageOptions {
  /// Refuses more generated images than a program should ask for.
  func validate() throws(InvalidOption) {
    for (parameter, limit) in [("limit", limit), ("validation_limit", validationLimit)] {
      try require(
        data != .shapes || limit ?? 1 <= 1_000_000, parameter,
        "must be at most 1000000 for the data shapes")
    }
    let (last, overflow) = seed.addingReportingOverflow(UInt64(seeds - 1))
    try require(!overflow && last <= Int64.max, "seed", OptionRule.seed.words)
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
