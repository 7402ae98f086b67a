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
