import NeuralNet

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

/// A multi-layer perceptron on images.
public struct MLPRecipe: ImageRecipe {
  /// The widths of the hidden layers.
  public var hidden = [120, 84]
  /// What follows each hidden layer.
  public var activation = Activation.relu
  public var images = ImageOptions()

  public init() {}

  public static let name = "mlp"
  public static let summary = "A multi-layer perceptron on 3x32x32 images of ten classes."
  public static let mathematics = """
    x ← f(W·x + b) for each hidden layer, then 10 outputs z = W·x + b; minimises
    the mean of log Σ exp(z) - z[right class] by gradient descent with momentum.
    """

  public static var options: [RecipeOption<Self>] {
    [
      .option(
        "hidden", \.hidden, rule: .widths, "Neurons in each hidden layer.", valueName: "n,n,…"),
      .option("activation", \.activation, "What each hidden neuron makes of its sum."),
    ] + imageOptions
  }

  public func network() throws -> Network { try .mlp(hidden: hidden, activation: activation) }
}

extension OptionRule<[Int]> {
  fileprivate static let widths = Self("must be at most 64 widths from 1 to 4096") {
    $0.count <= 64 && $0.allSatisfy((1...4_096).contains)
  }
}
