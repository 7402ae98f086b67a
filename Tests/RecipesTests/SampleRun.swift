import TestSupport
import Training

@testable import Recipes

/// A small run of each recipe, as run 1, and not come to its end.
enum SampleRun: String, CaseIterable, Sendable {
  case adaline, adalineWeights, madaline, madalineWeights, lms, backprop, backpropCheck
  case convolution, shapeRule, lenet, mlp

  func record(in log: Logbook) throws {
    let context = log.context
    switch self {
    case .adaline, .adalineWeights:
      var options = AdalineOptions()
      options.epochs = 3
      if self == .adalineWeights { options.weights = [1, 2, 3] }
      _ = try AdalineRecipe(options).run(in: context)
    case .madaline, .madalineWeights:
      var options = MadalineOptions()
      options.epochs = 3
      if self == .madalineWeights { options.weights = .report }
      _ = try MadalineRecipe(options).run(in: context)
    case .lms:
      var options = LMSOptions()
      options.epochs = 3
      options.learningRates = [0.01]
      _ = try LMSRecipe(options).run(in: context)
    case .backprop, .backpropCheck:
      var options = BackpropOptions()
      options.epochs = 3
      options.checksOnly = self == .backpropCheck
      _ = try BackpropRecipe(options).run(in: context)
    case .convolution: _ = try ConvolutionRecipe(ConvolutionOptions()).run(in: context)
    case .shapeRule:
      var options = ConvolutionOptions()
      options.tabulatedStrides = [1, 2]
      _ = try ConvolutionRecipe(options).tabulateShapes(in: context)
    case .lenet: try train(.leNet(imageOptions), in: context)
    case .mlp: try train(.mlp(imageOptions, hidden: [4], activation: .tanh), in: context)
    }
    try PlainConnection(path: context.databasePath).execute("UPDATE runs SET status = 'failed'")
  }

  private var imageOptions: ImageTrainingOptions {
    var options = ImageTrainingOptions()
    options.data = .shapes
    options.limit = 24
    options.validationLimit = 8
    options.training.epochs = 3
    options.training.batchSize = 8
    return options
  }

  /// Trains, and is stopped within the second epoch: after the fourth of nine steps.
  private func train(_ recipe: ImageRecipe, in context: RunContext) throws {
    var context = context
    let steps = StepCount()
    context.shouldStop = { steps.next() > 4 }
    let outcome = try recipe.run(in: context, progress: Silence())
    precondition(outcome.status == .interrupted, "The sample is stopped before its end.")
  }
}
