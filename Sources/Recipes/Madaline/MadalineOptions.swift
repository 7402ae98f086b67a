import RunStore

/// What one can choose about a Madaline of two hidden Adalines and one output.
public struct MadalineOptions: Sendable, Equatable {
  /// Weights to evaluate instead of learning.
  public struct Weights: Sendable, Equatable {
    /// One list a hidden Adaline, `w0` first.
    public let hidden: [[Double]]
    /// The weights of the second layer, `w0` first.
    public let output: [Double]

    /// The report's: `x1 and not x2`, `x2 and not x1`, and `or` over both.
    public static let report = Weights(hidden: [[-1, 1, -1], [-1, -1, 1]], output: [1, 1, 1])

    /// Takes the weights of each Adaline.
    public init(hidden: [[Double]], output: [Double]) {
      self.hidden = hidden
      self.output = output
    }
  }

  /// The number of hidden Adalines.
  public static let hiddenCount = 2

  /// The gate it should be.
  public var gate = Gate.xor
  /// The weights to evaluate; nil to learn them.
  public var weights: Weights?
  /// The part of an Adaline's error that a step takes away.
  public var learningRate = 0.5
  /// How often to learn each row, at most; learning ends when all rows are right.
  public var epochs = 200
  /// Seeds the initial weights and the order of the rows.
  public var seed: UInt64 = 1

  /// The usual choices.
  public init() {}

  /// Refuses choices that make no sense.
  /// - Parameter seeds: From how many seeds to run.
  public func validate(seeds: Int = 1) throws(InvalidOption) {
    let perNeuron = gate.inputCount + 1
    if let weights {
      try require(
        weights.hidden.count == Self.hiddenCount
          && weights.hidden.allSatisfy { $0.count == perNeuron && $0.allSatisfy(\.isFinite) },
        "hidden",
        "must be \(Self.hiddenCount * perNeuron) numbers for \(gate.rawValue): \(perNeuron) for each"
          + " of the two Adalines")
      try require(
        weights.output.count == Self.hiddenCount + 1 && weights.output.allSatisfy(\.isFinite),
        "output", "must be 3 numbers: v0 and one for each hidden Adaline")
    }
    try requireLearningRate(learningRate)
    try requireEpochs(epochs)
    try require((1...10_000).contains(seeds), "seeds", "must be from 1 to 10000")
    try require(weights == nil || seeds == 1, "seeds", "is for learning, not for given weights")
    let (last, overflow) = seed.addingReportingOverflow(UInt64(seeds - 1))
    try requireSeed(overflow ? .max : last)
  }

  var parameters: [String: SQLValue] {
    [
      "gate": .text(gate.rawValue),
      "hidden": weights.map { .text($0.hidden.map(\.listText).joined(separator: ";")) } ?? .null,
      "output": weights.map { .text($0.output.listText) } ?? .null,
      "lr": .real(learningRate),
      "epochs": .integer(Int64(epochs)),
      "seed": .integer(Int64(truncatingIfNeeded: seed)),
    ]
  }
}
