/// Statistics of a tensor, computed in double precision over its finite values.
public struct TensorStatistics: Sendable, Equatable {
  /// The smallest value; nil if no value is finite, as the four below.
  public let minimum: Double?
  /// The largest value.
  public let maximum: Double?
  /// The mean, `Σ x / n`.
  public let mean: Double?
  /// The population standard deviation, `sqrt(Σ (x - mean)² / n)`.
  public let standardDeviation: Double?
  /// The Euclidean norm, `sqrt(Σ x²)`.
  public let norm: Double?
  /// The number of zeros.
  public let zeroCount: Int
  /// The number of NaN and infinite values.
  public let nonfiniteCount: Int

  /// Computes the statistics of `values`.
  public init(_ values: [Float]) {
    var minimum = Double.infinity
    var maximum = -Double.infinity
    var sum = 0.0
    var sumOfSquares = 0.0
    var zeros = 0
    var count = 0
    for value in values where value.isFinite {
      let value = Double(value)
      minimum = min(minimum, value)
      maximum = max(maximum, value)
      sum += value
      sumOfSquares += value * value
      zeros += value == 0 ? 1 : 0
      count += 1
    }
    zeroCount = zeros
    nonfiniteCount = values.count - count
    guard count > 0 else {
      (self.minimum, self.maximum, mean, standardDeviation, norm) = (nil, nil, nil, nil, nil)
      return
    }
    let mean = sum / Double(count)
    // A second pass: the difference of the mean square and the squared mean would lose digits.
    var sumOfDeviations = 0.0
    for value in values where value.isFinite {
      let deviation = Double(value) - mean
      sumOfDeviations += deviation * deviation
    }
    self.minimum = minimum
    self.maximum = maximum
    self.mean = mean
    standardDeviation = (sumOfDeviations / Double(count)).squareRoot()
    norm = sumOfSquares.squareRoot()
  }
}
