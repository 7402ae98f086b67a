import ArgumentParser
import NeuralNet
import Recipes

extension Activation: ExpressibleByArgument {}

/// `tracker run mlp`.
struct RunMLP: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mlp",
    abstract: "A multi-layer perceptron on 3x32x32 images of ten classes.",
    discussion: """
      x ← f(W·x + b) for each hidden layer, then 10 outputs z = W·x + b; minimises
      the mean of log Σ exp(z) - z[right class] by gradient descent with momentum.
      """)

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Neurons in each hidden layer.", valueName: "n,n,…"))
  var hidden = WidthList([120, 84])

  @Option(help: "What each hidden neuron makes of its sum.")
  var activation = Activation.relu

  @OptionGroup(title: "Training") var image: ImageOptions
  @OptionGroup(title: "Run") var options: RunOptions

  func validate() throws {
    try requireValid { _ = try recipe() }
  }

  private func recipe() throws -> ImageRecipe {
    try .mlp(image.choices, hidden: hidden.widths, activation: activation)
  }

  func run() async throws {
    let recipe = try recipe()
    let outcome = try recipe.run(
      in: await options.context(),
      progress: TrainingProgressDisplay(epochs: image.epochs, style: options.progressStyle))
    try options.print([outcome])
  }
}
