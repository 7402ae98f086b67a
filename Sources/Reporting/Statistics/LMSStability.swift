import Foundation

/// When the LMS rule on given rows leads to the one minimum: the mean squared error is a quadratic bowl over
/// the weights, whose curvature is twice the correlation matrix of the inputs.
struct LMSStability: Sendable {
  /// The inputs of the rows, in the order in which they are learned; all equally long.
  private let rows: [[Double]]
  private let width: Int

  /// - Parameter rows: The inputs, the constant 1 included; at least one.
  init(rows: [[Double]]) {
    self.rows = rows
    width = rows.first?.count ?? 0
  }

  /// The correlation matrix `R = Σ x·xᵀ / n`, row-major.
  var correlation: [Double] {
    var sums = Array(repeating: 0.0, count: width * width)
    for row in rows {
      for i in 0..<width { for j in 0..<width { sums[i * width + j] += row[i] * row[j] } }
    }
    return sums.map { $0 / Double(rows.count) }
  }

  /// The largest eigenvalue of the correlation matrix, by power iteration.
  var largestEigenvalue: Double {
    let matrix = correlation
    var vector = (0..<width).map { 1 + Double($0) / 7 }
    var value = 0.0
    for _ in 0..<5_000 {
      let image = (0..<width).map { i in
        (0..<width).reduce(0) { $0 + matrix[i * width + $1] * vector[$1] }
      }
      let length = image.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else { return 0 }
      vector = image.map { $0 / length }
      value = length
    }
    return value
  }

  /// The largest rate at which steps along the mean gradient of all rows converge: `2 / λmax`.
  var averagedRate: Double { 2 / largestEigenvalue }

  /// The largest modulus of an eigenvalue of what one epoch, row by row, does to the distance from the
  /// minimum, `Π (I - rate · x·xᵀ)`: below 1 the rule settles, above 1 it diverges.
  func growth(rate: Double) -> Double {
    var map = identity
    for row in rows {
      // (I - rate · x·xᵀ) · map, without the matrix of the row.
      let projected = (0..<width).map { column in
        (0..<width).reduce(0) { $0 + row[$1] * map[$1 * width + column] }
      }
      for i in 0..<width {
        for column in 0..<width { map[i * width + column] -= rate * row[i] * projected[column] }
      }
    }
    // ‖Mᵏ‖^(1/k) tends to it; the logarithm of the norm is kept apart, so that nothing overflows.
    var logarithm = 0.0
    var power = 1.0
    for _ in 0..<40 {
      let norm = map.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard norm > 0, norm.isFinite else { return norm }
      logarithm += log(norm) / power
      map = squared(map.map { $0 / norm })
      power *= 2
    }
    return exp(logarithm)
  }

  /// The largest rate at which the rule converges row by row, up to `averagedRate`; found by halving.
  var rowRate: Double {
    var (low, high) = (0.0, averagedRate)
    guard growth(rate: high) > 1 else { return high }
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if growth(rate: middle) < 1 { low = middle } else { high = middle }
    }
    return low
  }

  private var identity: [Double] {
    (0..<width * width).map { $0 / width == $0 % width ? 1 : 0 }
  }

  private func squared(_ matrix: [Double]) -> [Double] {
    (0..<width * width).map { index in
      let (i, j) = (index / width, index % width)
      return (0..<width).reduce(0) { $0 + matrix[i * width + $1] * matrix[$1 * width + j] }
    }
  }
}
