import RealModule

/// Student's t distribution.
public enum StudentT {
  /// The value below which a share `probability` of the distribution lies.
  /// - Parameters:
  ///   - probability: From 0 (gives `-∞`) to 1 (gives `∞`).
  ///   - degreesOfFreedom: Above 0, not necessarily whole.
  /// - Returns: The quantile, to a relative 1e-12; NaN for arguments out of range.
  public static func quantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
    guard (0...1).contains(probability), degreesOfFreedom > 0 else { return .nan }
    // Exact below ½, so that the lower tail keeps all its digits.
    let tail = min(probability, 1 - probability)
    if tail == 0 { return probability == 0 ? -.infinity : .infinity }
    if tail == 0.5 { return 0 }
    let magnitude = positiveQuantile(tail: tail, degreesOfFreedom)
    return probability < 0.5 ? -magnitude : magnitude
  }

  /// The share of the distribution above `t`, which is not negative: `½ I_x(ν/2, ½)`, `x = ν/(ν + t²)`.
  private static func upperTail(_ t: Double, _ degrees: Double) -> Double {
    let ratio = t / degrees.squareRoot() * (t / degrees.squareRoot())
    let x = 1 / (1 + ratio)
    // Written so that it stays right when the square overflows.
    let complement = ratio.isFinite ? ratio / (1 + ratio) : 1
    return 0.5 * IncompleteBeta.regularized(x, complement: complement, a: degrees / 2, b: 0.5)
  }

  private static func density(_ t: Double, _ degrees: Double) -> Double {
    Double.exp(
      -(degrees + 1) / 2 * Double.log(onePlus: t * t / degrees)
        - 0.5 * Double.log(degrees) - IncompleteBeta.logBeta(degrees / 2, 0.5))
  }

  /// Solves `upperTail(t) = tail` by Newton's steps, kept between bounds that close in.
  private static func positiveQuantile(tail: Double, _ degrees: Double) -> Double {
    var lower = 0.0
    var upper = 1.0
    while upperTail(upper, degrees) > tail {
      lower = upper
      upper *= 2
      if upper.isInfinite { return upper }
    }
    var t = (lower + upper) / 2
    for _ in 0..<200 {
      let excess = upperTail(t, degrees) - tail
      if excess > 0 { lower = t } else { upper = t }
      var next = t + excess / density(t, degrees)
      if !(lower...upper).contains(next) { next = (lower + upper) / 2 }
      let step = (next - t).magnitude
      t = next
      if step <= 1e-15 * t { break }
    }
    return t
  }
}
