import RealModule

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
