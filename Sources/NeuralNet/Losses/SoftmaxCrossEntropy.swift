import RealModule

/// Cross-entropy of the softmax of the outputs `z`, for one right class `t`:
/// `L = log Σ exp(z[k]) - z[t]`, with gradient `softmax(z)[k] - (k == t ? 1 : 0)`.
///
/// The target is the class number, counted from 0. An answer is right if `z[t]` is the first of the
/// largest outputs.
public struct SoftmaxCrossEntropy: Loss, Equatable {
  /// Describes the loss.
  public init() {}

  public func targetCount(outputCount: Int) -> Int { 1 }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func evaluate<Scalar: LaneScalar>(_ pass: LossPass<Scalar>) -> GroupLoss {
    var result = GroupLoss(losses: .zero, isCorrect: .init(repeating: false))
    let output = pass.output
    for lane in 0..<groupSize {
      let target = Int(pass.target[0][lane])
      require(
        0..<pass.outputCount ~= target,
        "Class \(target) is none of the \(pass.outputCount) that the network tells apart.")
      var largest = 0
      for index in 1..<pass.outputCount where output[index][lane] > output[largest][lane] {
        largest = index
      }
      let shift = output[largest][lane]
      var total = Scalar.zero
      for index in 0..<pass.outputCount {
        let power = Scalar.exp(output[index][lane] - shift)
        pass.outputGradient[index][lane] = power
        total += power
      }
      for index in 0..<pass.outputCount { pass.outputGradient[index][lane] /= total }
      pass.outputGradient[target][lane] -= 1
      result.losses[lane] = Double(Scalar.log(total) - (output[target][lane] - shift))
      result.isCorrect[lane] = largest == target
    }
    return result
  }
}
