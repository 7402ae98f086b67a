import Foundation
import Randomness

/// Two layers of logistic neurons: `x2 = σ(W1 x1 + b1)`, `x3 = σ(W2 x2 + b2)`, `σ(s) = 1/(1 + e⁻ˢ)`.
///
/// Samples are rows: `x1` has shape `[samples, inputs]`, `x2` `[samples, hidden]`, `x3`
/// `[samples, outputs]`. A gradient is a value of this type too: it has the parameters' shapes.
struct TwoLayerNetwork: Sendable, Equatable {
  /// Shape `[hidden, inputs]`.
  var w1: Matrix
  /// Shape `[1, hidden]`.
  var b1: Matrix
  /// Shape `[outputs, hidden]`.
  var w2: Matrix
  /// Shape `[1, outputs]`.
  var b2: Matrix

  /// What each layer puts out, and the weighted sums `s3 = W2 x2 + b2` of the last.
  func forward(_ x1: Matrix) -> (x2: Matrix, s3: Matrix, x3: Matrix) {
    let x2 = (x1 * w1.transposed).addingToEachRow(b1).map(logistic)
    let s3 = (x2 * w2.transposed).addingToEachRow(b2)
    return (x2, s3, s3.map(logistic))
  }

  /// `L = ½‖t - x3‖²`, the mean over the samples.
  func loss(_ x1: Matrix, target: Matrix) -> Double {
    let difference = target - forward(x1).x3
    return difference.values.reduce(0) { $0 + $1 * $1 } / 2 / Double(x1.rowCount)
  }

  /// The gradient of `loss`, by the chain rule. With `σ' = σ(1 - σ)`, for one sample:
  ///
  ///     δ3 = (x3 - t) ⊙ x3 ⊙ (1 - x3)     dL/dW2 = δ3 x2ᵀ   dL/db2 = δ3
  ///     δ2 = (W2ᵀ δ3) ⊙ x2 ⊙ (1 - x2)     dL/dW1 = δ2 x1ᵀ   dL/db1 = δ2
  func gradient(_ x1: Matrix, target: Matrix) -> TwoLayerNetwork {
    let (x2, _, x3) = forward(x1)
    let scale = 1 / Double(x1.rowCount)
    let delta3 = scale * ((x3 - target) .* x3.map(logisticSlope))
    let delta2 = (delta3 * w2) .* x2.map(logisticSlope)
    return TwoLayerNetwork(
      w1: delta2.transposed * x1, b1: delta2.columnSums,
      w2: delta3.transposed * x2, b2: delta3.columnSums)
  }

  /// `dL/dW1` as the report prints it, without the factor `x3 ⊙ (1 - x3)`: wrong.
  func reportGradientOfW1(_ x1: Matrix, target: Matrix) -> Matrix {
    let (x2, _, x3) = forward(x1)
    let delta2 = ((x3 - target) * w2) .* x2.map(logisticSlope)
    return 1 / Double(x1.rowCount) * (delta2.transposed * x1)
  }

  /// Takes a step down the slope.
  mutating func descend(_ gradient: TwoLayerNetwork, rate: Double) {
    for tensor in Self.tensors {
      self[keyPath: tensor.path] =
        self[keyPath: tensor.path] - rate * gradient[keyPath: tensor.path]
    }
  }

  /// The parameters with the names that they have in tables.
  static var tensors: [(name: String, path: WritableKeyPath<TwoLayerNetwork, Matrix>)] {
    [("W1", \.w1), ("b1", \.b1), ("W2", \.w2), ("b2", \.b2)]
  }
}

extension TwoLayerNetwork {
  /// Draws all parameters from -1 to 1.
  init(inputs: Int, hidden: Int, outputs: Int, using generator: inout SeededGenerator) {
    func matrix(_ rows: Int, _ columns: Int) -> Matrix {
      Matrix(rowCount: rows, columnCount: columns) { _, _ in
        generator.nextUniform(from: -1, to: 1)
      }
    }
    self.init(
      w1: matrix(hidden, inputs), b1: matrix(1, hidden), w2: matrix(outputs, hidden),
      b2: matrix(1, outputs))
  }
}

/// `1 / (1 + e⁻ˢ)`.
func logistic(_ sum: Double) -> Double { 1 / (1 + exp(-sum)) }

/// The derivative of the logistic function where its value is `value`.
private func logisticSlope(_ value: Double) -> Double { value * (1 - value) }
