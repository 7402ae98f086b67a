import RealModule

/// What a network is trained to make small.
public protocol Loss: Sendable {
  /// The number of target values of a sample, for a network with `outputCount` outputs.
  func targetCount(outputCount: Int) -> Int

  /// Computes the loss of each sample of a group, and its gradient by the outputs.
  func evaluate<Scalar: LaneScalar>(_ pass: LossPass<Scalar>) -> GroupLoss
}

/// What a loss works on for one group of samples.
public struct LossPass<Scalar: LaneScalar> {
  /// The number of values that the network puts out for a sample.
  public let outputCount: Int
  /// The network's outputs, `outputCount` vectors.
  public let output: UnsafePointer<Lanes<Scalar>>
  /// The targets, `targetCount` vectors.
  public let target: UnsafePointer<Lanes<Scalar>>
  /// Where the gradient by the outputs goes, `outputCount` vectors: that of each sample's own loss.
  public let outputGradient: UnsafeMutablePointer<Lanes<Scalar>>
}

/// The losses of one group; lanes without a sample hold numbers of no meaning.
public struct GroupLoss: Sendable {
  /// The loss of each sample.
  public var losses: SIMD16<Double>
  /// Whether the network's answer for the sample is right.
  public var isCorrect: SIMDMask<SIMD16<Int64>>

  /// Joins what a loss found out about each sample.
  public init(losses: SIMD16<Double>, isCorrect: SIMDMask<SIMD16<Int64>>) {
    self.losses = losses
    self.isCorrect = isCorrect
  }
}

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
