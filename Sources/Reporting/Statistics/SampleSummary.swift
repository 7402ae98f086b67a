import RealModule

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

/// How large a difference is, in standard deviations.
///
/// Where all values are equal the standard deviation is zero, and the size is NaN (no difference) or infinite.
public enum EffectSize {
  /// Cohen's d of two groups: the difference of the means over the pooled standard deviation
  /// `√(((n₁-1) s₁² + (n₂-1) s₂²) / (n₁+n₂-2))`. NaN for a group of fewer than two.
  public static func cohensD(_ first: [Double], _ second: [Double]) -> Double {
    let (freedom1, freedom2) = (Double(first.count - 1), Double(second.count - 1))
    let (deviation1, deviation2) = (
      Statistics.standardDeviation(first), Statistics.standardDeviation(second)
    )
    let variance =
      (freedom1 * deviation1 * deviation1 + freedom2 * deviation2 * deviation2)
      / (freedom1 + freedom2)
    return (Statistics.mean(first) - Statistics.mean(second)) / variance.squareRoot()
  }

  /// Hedges' g: Cohen's d without its bias in small samples, `d · Γ(m/2) / (√(m/2) Γ((m-1)/2))` with
  /// `m = n₁ + n₂ - 2` (Hedges, 1981).
  public static func hedgesG(_ first: [Double], _ second: [Double]) -> Double {
    let freedom = Double(first.count + second.count - 2)
    let logCorrection =
      Double.logGamma(freedom / 2) - Double.logGamma((freedom - 1) / 2)
      - 0.5 * Double.log(freedom / 2)
    return cohensD(first, second) * Double.exp(logCorrection)
  }

  /// Cohen's d_z of pairs: the mean difference over the standard deviation of the differences.
  public static func pairedD(_ differences: [Double]) -> Double {
    Statistics.mean(differences) / Statistics.standardDeviation(differences)
  }
}

/// Holm's step-down correction for several tests at once (Holm, 1979).
public enum HolmCorrection {
  /// P-values that may each be compared with the same level, so that the chance of any false alarm stays
  /// below it: the k-th smallest of m becomes `(m - k + 1) p`, at least the one before, at most 1.
  /// - Parameter pValues: One a test. NaN, a test that could not be made, stays NaN and does not count.
  /// - Returns: The corrected values in the same order.
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.filter { !pValues[$0].isNaN }.sorted { pValues[$0] < pValues[$1] }
    var result = pValues
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      largest = max(largest, min(1, Double(order.count - rank) * pValues[index]))
      result[index] = largest
    }
    return result
  }
}
