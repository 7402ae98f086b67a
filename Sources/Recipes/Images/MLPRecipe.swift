import NeuralNet
import RunStore

/// A multi-layer perceptron on images.
public struct MLPRecipe: ImageRecipe {
  /// The widths of the hidden layers.
  public var hidden = [120, 84]
  /// How many hidden layers of `width` neurons to train with, a run each, instead of `hidden`; nil for none.
  public var depths: [Int]?
  /// How many neurons each hidden layer has, with `depths`.
  public var width: Int?
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
      .option(
        "depths", \.depths, rule: .depths,
        "Train networks with so many hidden layers instead, a run each, all of --width neurons.",
        valueName: "n,n,…", isParameter: false),
      .option(
        "width", \.width, rule: .within(1...4_096),
        "Neurons in each hidden layer, with --depths; without it 64.", isParameter: false),
      .option("activation", \.activation, "What each hidden neuron makes of its sum."),
    ] + imageOptions
  }

  public mutating func complete() {
    if depths != nil { width = width ?? 64 }
  }

  public func validate() throws(InvalidOption) {
    try require(width == nil || depths != nil, "width", "is for --depths")
    try images.validate()
  }

  public var networks: [MLPRecipe] {
    guard let depths else { return [self] }
    return depths.map { depth in
      var recipe = self
      recipe.hidden = Array(repeating: width ?? 64, count: depth)
      (recipe.depths, recipe.width) = (nil, nil)
      return recipe
    }
  }

  public var groupParameters: [String: SQLValue] {
    var shared = parameters.filter { !["seed", "threads"].contains($0.key) }
    // A depth that is added later belongs to the same group.
    if depths != nil { shared["hidden"] = width.map { .integer(Int64($0)) } }
    return shared
  }

  /// The number of hidden layers, and of neurons in each if all have as many.
  public var derivedParameters: [String: SQLValue] {
    let widths = Set(hidden)
    return [
      "depth": .integer(Int64(hidden.count)),
      "width": widths.count == 1 ? SQLValue(widths.first) : .null,
    ]
  }

  public func network() throws -> Network { try .mlp(hidden: hidden, activation: activation) }
}

extension OptionRule<[Int]> {
  fileprivate static let depths = Self("must be from 0 to 64, each once") {
    !$0.isEmpty && $0.allSatisfy((0...64).contains) && Set($0).count == $0.count
  }
  fileprivate static let widths = Self("must be at most 64 widths from 1 to 4096") {
    $0.count <= 64 && $0.allSatisfy((1...4_096).contains)
  }
}
