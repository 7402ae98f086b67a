/// Stochastic gradient descent with momentum `μ` and L2 weight decay `λ`, as `torch.optim.SGD`:
/// `v ← μ v + (g + λ p)`, `p ← p - η v`, with `v` zero at first.
public struct SGD: Sendable, Equatable, Codable {
  /// Momentum, `μ`.
  public var momentum: Double
  /// Weight decay, `λ`; it applies to biases too.
  public var weightDecay: Double

  /// Describes the optimizer.
  public init(momentum: Double = 0, weightDecay: Double = 0) {
    self.momentum = momentum
    self.weightDecay = weightDecay
  }

  /// Makes one step.
  /// - Parameters:
  ///   - parameters: Changed in place, `p`.
  ///   - velocity: Changed in place, `v`; zero before the first step.
  ///   - gradient: The gradient of the loss at `parameters`, `g`.
  ///   - learningRate: The length of the step, `η`.
  public func update<Scalar: LaneScalar>(
    _ parameters: inout Parameters<Scalar>, velocity: inout Parameters<Scalar>,
    gradient: Parameters<Scalar>, learningRate: Double
  ) {
    parameters.values.withUnsafeMutableBufferPointer { parameters in
      velocity.values.withUnsafeMutableBufferPointer { velocity in
        gradient.values.withUnsafeBufferPointer { gradient in
          update(
            parameters.indices, of: parameters, velocity: velocity, gradient: gradient,
            learningRate: Scalar(learningRate))
        }
      }
    }
  }

  /// Makes one step for the parameters in `range`; others may be changed at the same time.
  @specialized(where Scalar == Float)
  func update<Scalar: LaneScalar>(
    _ range: Range<Int>, of parameters: UnsafeMutableBufferPointer<Scalar>,
    velocity: UnsafeMutableBufferPointer<Scalar>, gradient: UnsafeBufferPointer<Scalar>,
    learningRate: Scalar
  ) {
    let momentum = Scalar(self.momentum)
    let weightDecay = Scalar(self.weightDecay)
    for index in range {
      let slope = gradient[index] + weightDecay * parameters[index]
      velocity[index] = momentum * velocity[index] + slope
      parameters[index] -= learningRate * velocity[index]
    }
  }
}
