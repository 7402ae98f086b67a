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
    map { $0 == $0.rounded() && abs($0) < 1e15 ? String(Int64($0)) : $0.description }
      .joined(separator: ",")
  }
}
