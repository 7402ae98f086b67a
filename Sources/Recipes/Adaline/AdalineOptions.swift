import RunStore

/// What one can choose about an Adaline.
public struct AdalineOptions: Sendable, Equatable {
  /// The gate it should be.
  public var gate = Gate.and
  /// The weights to evaluate, `w0` first; nil to learn them.
  public var weights: [Double]?
  /// The learning rate.
  public var learningRate = 0.05
  /// How often to learn each row.
  public var epochs = 50
  /// Seeds the initial weights.
  public var seed: UInt64 = 1

  /// The usual choices.
  public init() {}

  /// Refuses choices that make no sense.
  public func validate() throws(InvalidOption) {
    let needed = gate.inputCount + 1
    try require(
      weights.map { $0.count == needed && $0.allSatisfy(\.isFinite) } ?? true, "weights",
      "must be \(needed) numbers for \(gate.rawValue): w0 and one for each input")
    try requireLearningRate(learningRate)
    try requireEpochs(epochs)
    try requireSeed(seed)
  }

  var parameters: [String: SQLValue] {
    [
      "gate": .text(gate.rawValue),
      "weights": weights.map { .text($0.listText) } ?? .null,
      "lr": .real(learningRate),
      "epochs": .integer(Int64(epochs)),
      "seed": .integer(Int64(truncatingIfNeeded: seed)),
    ]
  }
}

extension [Double] {
  /// The numbers as they are typed after an option: `-1.5,1,1`.
  var listText: String {
    map { number in
      // As a whole number -0 would lose its sign.
      let whole = number.isZero && number.sign == .minus ? nil : Int64(exactly: number)
      return whole.map(String.init) ?? number.description
    }.joined(separator: ",")
  }
}
