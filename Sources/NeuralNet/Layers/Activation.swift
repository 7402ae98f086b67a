import RealModule

/// A function applied to each value for itself. It takes and gives any shape.
public enum Activation: String, Layer, CaseIterable, Codable {
  /// `y = max(x, 0)`.
  case relu
  /// The logistic function `y = 1 / (1 + e⁻ˣ)`.
  case sigmoid
  /// The hyperbolic tangent.
  case tanh

  public var kind: String { rawValue }
  public var expectedInput: String { "any shape" }
  public var worksInPlace: Bool { true }
  public func outputShape(for inputShape: [Int]) -> [Int]? { inputShape }

  public func fused(with next: any Layer) -> (any Layer)? {
    self == .relu ? (next as? MaxPooling)?.rectified : nil
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func forward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    let count = pass.inputShape.valueCount
    switch self {
    case .relu:
      for index in 0..<count {
        let x = pass.input[index]
        // Written so that NaN stays NaN.
        pass.output[index] = Scalar.select(.zero, x, where: .zero, isAbove: x)
      }
    case .sigmoid:
      for index in 0..<count {
        pass.output[index] = pass.input[index].map { 1 / (1 + Scalar.exp(-$0)) }
      }
    case .tanh:
      for index in 0..<count { pass.output[index] = pass.input[index].map(Scalar.tanh) }
    }
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func backward<Scalar: LaneScalar>(_ pass: LayerPass<Scalar>) {
    guard let inputGradient = pass.inputGradient else { return }
    let (output, gradient) = (pass.output, pass.outputGradient)
    let count = pass.inputShape.valueCount
    switch self {
    case .relu:
      for index in 0..<count {
        inputGradient[index] = Scalar.select(
          gradient[index], .zero, where: output[index], isAbove: .zero)
      }
    case .sigmoid:
      for index in 0..<count {
        let y = output[index]
        inputGradient[index] = gradient[index] * y * (Lanes(repeating: 1) - y)
      }
    case .tanh:
      for index in 0..<count {
        let y = output[index]
        inputGradient[index] = gradient[index] * (Lanes(repeating: 1) - y * y)
      }
    }
  }
}

extension SIMD16 where Scalar: LaneScalar {
  @inline(__always)
  fileprivate func map(_ function: (Scalar) -> Scalar) -> Self {
    var result = self
    for lane in 0..<groupSize { result[lane] = function(self[lane]) }
    return result
  }
}
