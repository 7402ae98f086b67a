import RunStore

/// How far two tensors of the same name and shape lie apart.
public struct WeightDistance: Sendable, Hashable {
  /// The name of the tensor.
  public let tensor: String
  /// The Euclidean distance `‖a - b‖₂`.
  public let distance: Double
  /// The cosine of the angle between them, `a·b / (‖a‖ ‖b‖)`; NaN if one of them is zero.
  public let cosine: Double

  /// Compares the tensors of numbers that two snapshots have in common, computed in Double.
  public static func between(
    _ first: SnapshotRecord, and second: SnapshotRecord
  ) -> [WeightDistance] {
    let others = Dictionary(
      second.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    return first.tensors.compactMap { tensor in
      guard let other = others[tensor.name], other.shape == tensor.shape, tensor.isNumeric,
        other.isNumeric
      else { return nil }
      return WeightDistance(tensor.name, tensor.values, other.values)
    }
  }

  private init(_ name: String, _ first: [Float], _ second: [Float]) {
    var (squares1, squares2, product, difference) = (0.0, 0.0, 0.0, 0.0)
    for (a, b) in zip(first, second) {
      let (a, b) = (Double(a), Double(b))
      squares1 += a * a
      squares2 += b * b
      product += a * b
      difference += (a - b) * (a - b)
    }
    tensor = name
    distance = difference.squareRoot()
    let cosine = product / (squares1 * squares2).squareRoot()
    // Rounding must not carry the cosine of equal tensors beyond 1.
    self.cosine = cosine.isNaN ? .nan : min(1, max(-1, cosine))
  }
}
