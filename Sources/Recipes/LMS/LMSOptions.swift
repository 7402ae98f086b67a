import RunStore

/// What one can choose about the LMS rule.
public struct LMSOptions: Sendable, Equatable {
  /// A CSV file with rows of 1, x1, x2, d; nil to generate them.
  public var data: String?
  /// The learning rates, a run each.
  public var learningRates = [0.005, 0.01, 0.05, 0.5, 1]
  /// How often to learn each row.
  public var epochs = 20
  /// Seeds the generated data.
  public var seed: UInt64 = 1

  /// The usual choices.
  public init() {}

  /// Refuses choices that make no sense.
  public func validate() throws(InvalidOption) {
    for rate in learningRates { try requireLearningRate(rate) }
    try requireEpochs(epochs)
    try requireSeed(seed)
  }

  func parameters(learningRate: Double) -> [String: SQLValue] {
    [
      "data": .text(data ?? "generated"),
      "lr": .real(learningRate),
      "epochs": .integer(Int64(epochs)),
      "seed": .integer(Int64(truncatingIfNeeded: seed)),
    ]
  }
}
