/// How one Madaline ended.
public struct MadalineOutcome: Sendable, Equatable {
  /// The run.
  public let outcome: RunOutcome
  /// What it was drawn from.
  public let seed: UInt64
  /// The weights of each hidden Adaline, `w0` first.
  public let hidden: [[Double]]
  /// The weights of the second layer, `w0` first.
  public let output: [Double]

  /// Whether all rows of the truth table are right.
  public var isRight: Bool { outcome.predictions.allSatisfy { $0.output == $0.target } }

  /// The number of epochs that it took.
  public var epochs: Int { outcome.metric("train/loss")?.lastEpoch ?? 0 }
}
