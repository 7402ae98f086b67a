import RealModule

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
