/// One example to learn from: inputs, and the right answer.
struct Sample: Sendable, Equatable {
  /// The inputs.
  let inputs: [Double]
  /// The right answer.
  let target: Double
}
