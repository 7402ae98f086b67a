import ArgumentParser
import Datasets
import Foundation
import NeuralNet
import Recipes
import Training

extension ImageCollection: ExpressibleByArgument {}
extension LearningRateSchedule: ExpressibleByArgument {}
extension Initialization: ExpressibleByArgument {}
extension DivergencePolicy: ExpressibleByArgument {}

/// The options of every recipe that trains on images.
///
/// Numbers are parsed unconditionally: a value such as -1 is refused for what it is, and not mistaken
/// for an option.
struct ImageOptions: ParsableArguments {
  @Option(help: "Which images to use; shapes are generated and need no files.")
  var data = ImageCollection.fashionMNIST

  @Option(name: .customLong("data-dir"), help: "The folder with the data's files.")
  var dataFolder: String?

  @Option(parsing: .unconditional, help: "Use only the first so many training images.")
  var limit: Int?

  @Option(parsing: .unconditional, help: "Use only the first so many validation images.")
  var validationLimit: Int?

  @Option(parsing: .unconditional, help: "How often to use each image.")
  var epochs = 10

  @Option(parsing: .unconditional, help: "Images in an optimizer step.")
  var batchSize = 128

  @Option(
    name: .customLong("lr"), parsing: .unconditional, help: "Learning rate of the first epoch.")
  var learningRate = 0.05

  @Option(help: "How the learning rate changes.")
  var schedule = LearningRateSchedule.constant

  @Option(parsing: .unconditional, help: "Momentum, from 0 to below 1.")
  var momentum = 0.9

  @Option(parsing: .unconditional, help: "L2 weight decay.")
  var weightDecay = 0.0

  @Option(
    parsing: .unconditional,
    help: "Seed of the initial weights and of the order of the images.")
  var seed: UInt64 = 1

  @Option(parsing: .unconditional, help: "Threads; the result does not depend on it.")
  var threads = UsableProcessors.count

  @Flag(inversion: .prefixedNo, help: "Take the images of each epoch in a new random order.")
  var shuffle = true

  @Option(name: .customLong("init"), help: "How the weights start.")
  var initialization = Initialization.default

  @Option(
    name: .customLong("init-weights"),
    help: ArgumentHelp("A safetensors file with the initial weights.", valueName: "file"))
  var initialWeights: String?

  @Option(help: "What to do when the loss becomes NaN or infinite.")
  var onDivergence = DivergencePolicy.stop

  @Option(
    parsing: .unconditional,
    help: "Epochs from one weight snapshot to the next; 0 for none.")
  var snapshotEvery = 1

  @Option(
    parsing: .unconditional,
    help: "Epochs from one pair of histograms to the next; 0 for none.")
  var histogramEvery = 1

  @Flag(help: "Log the loss of every optimizer step as train/step_loss.")
  var logSteps = false

  @Flag(help: "Log the time of each layer; see it with: tracker export layers.")
  var profile = false

  func validate() throws {
    try requireValid { try choices.validate() }
  }

  /// The choices as the recipe takes them.
  var choices: ImageTrainingOptions {
    var choices = ImageTrainingOptions()
    choices.data = data
    choices.dataFolder = dataFolder
    choices.limit = limit
    choices.validationLimit = validationLimit
    choices.seed = seed
    choices.initialization = initialization
    choices.initialWeights = initialWeights
    choices.training.epochs = epochs
    choices.training.batchSize = batchSize
    choices.training.learningRate = learningRate
    choices.training.schedule = schedule
    choices.training.optimizer = SGD(momentum: momentum, weightDecay: weightDecay)
    choices.training.shuffles = shuffle
    choices.training.threads = threads
    choices.training.onDivergence = onDivergence
    choices.recording.snapshotEvery = snapshotEvery
    choices.recording.histogramEvery = histogramEvery
    choices.recording.logsSteps = logSteps
    choices.recording.profiles = profile
    return choices
  }
}
