/// Sums over a sample.
///
/// NaN goes through: one NaN makes the mean and the standard deviation NaN, so that a diverged run
/// cannot hide in an average.
public enum Statistics {
  /// The arithmetic mean `Σ x / n`; NaN for no values.
  ///
  /// It never leaves the range of the values, so that equal values have exactly their own mean.
  public static func mean(_ values: [Double]) -> Double {
    guard let smallest = values.min(), let largest = values.max() else { return .nan }
    let quotient = values.reduce(0, +) / Double(values.count)
    return quotient.isFinite ? Swift.min(Swift.max(quotient, smallest), largest) : quotient
  }

  /// The standard deviation of the population that `values` are a sample of,
  /// `√(Σ (x - mean)² / (n - 1))`; NaN for fewer than two values.
  public static func standardDeviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return .nan }
    let mean = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}
