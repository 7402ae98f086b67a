/// What one line says about a metric over several seeds.
public struct SampleSummary: Sendable, Hashable {
  /// How many values there are, NaN included.
  public let count: Int
  /// How many of them are NaN.
  public let nanCount: Int
  /// The mean; NaN if a value is NaN or there is none.
  public let mean: Double
  /// The standard deviation with divisor `n - 1`; NaN if a value is not finite or there are fewer than two.
  public let standardDeviation: Double
  /// The t-interval `mean ± t · s / √n`; absent where the standard deviation is not a number.
  public let interval: ClosedRange<Double>?
  /// The smallest of the values that are numbers; absent if there is none.
  public let minimum: Double?
  /// The largest of the values that are numbers; absent if there is none.
  public let maximum: Double?

  /// Sums `values` up.
  /// - Parameters:
  ///   - values: One value a seed, in any order.
  ///   - confidence: How often an interval made this way holds the true mean, if the values are
  ///     independent and near normal; between 0 and 1.
  public init(_ values: [Double], confidence: Double = 0.95) {
    let numbers = values.filter { !$0.isNaN }
    count = values.count
    nanCount = values.count - numbers.count
    mean = Statistics.mean(values)
    standardDeviation = Statistics.standardDeviation(values)
    minimum = numbers.min()
    maximum = numbers.max()
    if standardDeviation.isFinite, mean.isFinite {
      let quantile = StudentT.quantile(
        (1 + confidence) / 2, degreesOfFreedom: Double(values.count - 1))
      let margin = quantile * standardDeviation / Double(values.count).squareRoot()
      interval = (mean - margin)...(mean + margin)
    } else {
      interval = nil
    }
  }
}
