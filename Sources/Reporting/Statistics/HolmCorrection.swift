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
