import NeuralNet
import RunStore

/// LeNet-5 on images.
public struct LeNetRecipe: ImageRecipe {
  public var images = ImageOptions()

  public init() {}

  public static let name = "lenet"
  public static let summary = "LeNet-5, a convolutional network, on 3x32x32 images of ten classes."
  public static let mathematics = """
    (conv 5x5 → ReLU → max-pool 2) twice → 400 → 120 → 84 → 10 outputs z; minimises
    the mean of log Σ exp(z) - z[right class] by gradient descent with momentum.
    """

  public static var options: [RecipeOption<Self>] { imageOptions }

  public func network() throws -> Network { try .leNet5() }
}
