/// `L = ½ Σ (y[k] - t[k])²` over the outputs `k`, with gradient `y[k] - t[k]`.
///
/// An answer is right if each output is nearer to its target than 0.5.
public struct HalfSquaredError: Loss, Equatable {
  /// Describes the loss.
  public init() {}

  public func targetCount(outputCount: Int) -> Int { outputCount }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func evaluate<Scalar: LaneScalar>(_ pass: LossPass<Scalar>) -> GroupLoss {
    var result = GroupLoss(losses: .zero, isCorrect: .init(repeating: true))
    for index in 0..<pass.outputCount {
      let difference = pass.output[index] - pass.target[index]
      pass.outputGradient[index] = difference
      for lane in 0..<groupSize {
        let distance = Double(difference[lane])
        result.losses[lane] += distance * distance / 2
        result.isCorrect[lane] = result.isCorrect[lane] && abs(distance) < 0.5
      }
    }
    return result
  }
}
