import RunStore

/// What one can choose about back-propagation through two layers.
public struct BackpropOptions: Sendable, Equatable {
  /// A CSV file with a row for each sample: inputs, then targets from 0 to 1; nil for XOR.
  public var data: String?
  /// The number of target columns in the file, the last ones.
  public var outputs = 1
  /// The number of neurons in the first layer.
  public var hidden = 3
  /// The learning rate.
  public var learningRate = 2.0
  /// The number of steps, each by the gradient of all samples.
  public var epochs = 2_000
  /// Seeds the initial weights.
  public var seed: UInt64 = 1
  /// Whether to check the gradient only, and not to train.
  public var checksOnly = false

  /// The usual choices.
  public init() {}

  /// Refuses choices that make no sense.
  public func validate() throws(InvalidOption) {
    try require((1...1_000).contains(hidden), "hidden", "must be from 1 to 1000")
    try require((1...1_000).contains(outputs), "outputs", "must be from 1 to 1000")
    try require(data != nil || outputs == 1, "outputs", "is for --data; XOR has one")
    try requireLearningRate(learningRate)
    if !checksOnly { try requireEpochs(epochs) }
    try requireSeed(seed)
  }

  var parameters: [String: SQLValue] {
    [
      "data": .text(data ?? "xor"),
      "outputs": .integer(Int64(outputs)),
      "hidden": .integer(Int64(hidden)),
      "lr": .real(learningRate),
      "epochs": .integer(Int64(checksOnly ? 0 : epochs)),
      "seed": .integer(Int64(truncatingIfNeeded: seed)),
      "check": .integer(checksOnly ? 1 : 0),
    ]
  }
}
