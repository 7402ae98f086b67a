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

/// The regularised incomplete beta function
/// `I_x(a, b) = ∫₀ˣ u^(a-1) (1-u)^(b-1) du / B(a, b)`, from which Student's t follows.
enum IncompleteBeta {
  /// `I_x(a, b)` by its continued fraction (Abramowitz and Stegun, 26.5.8).
  /// - Parameters:
  ///   - x: From 0 to 1.
  ///   - complement: `1 - x`, passed apart because the difference would lose digits where x is near 1.
  static func regularized(_ x: Double, complement: Double, a: Double, b: Double) -> Double {
    if x <= 0 { return 0 }
    if complement <= 0 { return 1 }
    // The fraction converges fast below the mean of the distribution; above it the mirrored one does.
    if x > (a + 1) / (a + b + 2) {
      return 1 - regularized(complement, complement: x, a: b, b: a)
    }
    let logX = x < 0.5 ? Double.log(x) : Double.log(onePlus: -complement)
    let logComplement = complement < 0.5 ? Double.log(complement) : Double.log(onePlus: -x)
    let front = Double.exp(a * logX + b * logComplement - logBeta(a, b)) / a
    return front / continuedFraction(x, a: a, b: b)
  }

  /// The denominator `1 + d₁/(1 + d₂/(1 + …))`, evaluated from the front (Lentz's method).
  private static func continuedFraction(_ x: Double, a: Double, b: Double) -> Double {
    let tiny = 1e-300
    var value = 1.0
    var numerator = 1.0
    var denominator = 0.0
    for term in 1...100_000 {
      let m = Double(term / 2)
      let coefficient =
        term.isMultiple(of: 2)
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      denominator = 1 + coefficient * denominator
      if denominator.magnitude < tiny { denominator = tiny }
      denominator = 1 / denominator
      numerator = 1 + coefficient / numerator
      if numerator.magnitude < tiny { numerator = tiny }
      let factor = numerator * denominator
      value *= factor
      if (factor - 1).magnitude < 1e-16 { break }
    }
    return value
  }

  /// `ln B(a, b) = ln Γ(a) + ln Γ(b) - ln Γ(a + b)`.
  static func logBeta(_ a: Double, _ b: Double) -> Double {
    let (small, large) = (min(a, b), max(a, b))
    guard large >= 20 else {
      return Double.logGamma(small) + Double.logGamma(large) - Double.logGamma(small + large)
    }
    // The logarithms of two large factorials would cancel; Stirling's formula takes their difference.
    return Double.logGamma(small) + stirlingCorrection(large) - stirlingCorrection(small + large)
      - (small + large - 0.5) * Double.log(onePlus: small / large) - small * Double.log(large)
      + small
  }

  /// What `ln Γ(z)` has beyond `(z - ½) ln z - z + ½ ln 2π`.
  private static func stirlingCorrection(_ z: Double) -> Double {
    let square = 1 / (z * z)
    return (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680))) / z
  }
}
