/// How often the values of a tensor fall into bins of equal width, and their statistics.
///
/// A value on an inner edge belongs to the upper bin; the last bin holds its upper edge too. NaN and
/// infinite values are counted apart and are in none of the other numbers.
public struct Histogram: Sendable, Equatable, Codable {
  /// The lower edge of the first bin.
  public var lower = 0.0
  /// The upper edge of the last bin.
  public var upper = 0.0
  /// The number of values in each bin.
  public var counts: [Int]
  /// The number of finite values, which is the sum of `counts`.
  public var count = 0
  /// The smallest finite value; NaN if there is none.
  public var min = Double.nan
  /// The largest finite value; NaN if there is none.
  public var max = Double.nan
  /// The mean of the finite values; NaN if there is none.
  public var mean = Double.nan
  /// The population standard deviation of the finite values; NaN if there is none.
  public var standardDeviation = Double.nan
  /// The number of values that are NaN or infinite.
  public var nonfiniteCount = 0

  /// Counts `values` in `binCount` bins from the smallest to the largest finite value; if these are
  /// equal, in bins from 0.5 below to 0.5 above, or from one number to the next where 0.5 is less.
  public init(of values: ArraySlice<Float>, binCount: Int = 64) {
    require(binCount > 0, "A histogram has at least one bin.")
    counts = Array(repeating: 0, count: binCount)
    var sum = 0.0
    var (smallest, largest) = (Double.infinity, -Double.infinity)
    for value in values where value.isFinite {
      let value = Double(value)
      count += 1
      sum += value
      smallest = Swift.min(smallest, value)
      largest = Swift.max(largest, value)
    }
    nonfiniteCount = values.count - count
    guard count > 0 else { return }
    mean = sum / Double(count)
    (min, max) = (smallest, largest)
    let margin = smallest < largest ? 0 : Swift.max(0.5, smallest.ulp)
    (lower, upper) = (smallest - margin, largest + margin)
    let scale = Double(binCount) / (upper - lower)
    var squares = 0.0
    for value in values where value.isFinite {
      let value = Double(value)
      squares += (value - mean) * (value - mean)
      counts[Swift.min(Int((value - lower) * scale), binCount - 1)] += 1
    }
    standardDeviation = (squares / Double(count)).squareRoot()
  }
}
