import RunStore

/// How far two tensors of the same name and shape lie apart.
public struct WeightDistance: Sendable, Hashable {
  /// The name of the tensor.
  public let tensor: String
  /// The Euclidean distance `‖a - b‖₂`.
  public let distance: Double
  /// The cosine of the angle between them, `a·b / (‖a‖ ‖b‖)`; NaN if one of them is zero.
  public let cosine: Double

  /// Compares two tensors of numbers, computed in Double; nil if they have different shapes.
  public init?(between tensor: TensorRecord, and other: TensorRecord) {
    guard tensor.shape == other.shape, tensor.isNumeric, other.isNumeric else { return nil }
    var (squares1, squares2, product, difference) = (0.0, 0.0, 0.0, 0.0)
    for (a, b) in zip(tensor.values, other.values) {
      let (a, b) = (Double(a), Double(b))
      squares1 += a * a
      squares2 += b * b
      product += a * b
      difference += (a - b) * (a - b)
    }
    self.tensor = tensor.name
    distance = difference.squareRoot()
    let cosine = product / (squares1 * squares2).squareRoot()
    // Rounding must not carry the cosine of equal tensors beyond 1.
    self.cosine = cosine.isNaN ? .nan : min(1, max(-1, cosine))
  }
}
