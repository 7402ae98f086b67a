import ArgumentParser
import Recipes

/// `tracker run lenet`.
struct RunLeNet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lenet",
    abstract: "LeNet-5, a convolutional network, on 3x32x32 images of ten classes.",
    discussion: """
      (conv 5x5 → ReLU → max-pool 2) twice → 400 → 120 → 84 → 10 outputs z; minimises
      the mean of log Σ exp(z) - z[right class] by gradient descent with momentum.
      """)

  @OptionGroup(title: "Training") var image: ImageOptions
  @OptionGroup(title: "Run") var options: RunOptions

  func run() async throws {
    let recipe = try ImageRecipe.leNet(image.choices)
    let outcome = try recipe.run(
      in: await options.context(),
      progress: TrainingProgressDisplay(epochs: image.epochs, style: options.progressStyle))
    try options.print([outcome])
  }
}
