import Foundation

/// Where numbers stand along an axis, where gnuplot's own choice is not good.
enum AxisTicks {
  /// Round values on a logarithmic axis: 1, 2, 5 and their multiples by ten on a short one, powers of ten on
  /// a longer one, no more than about eight.
  static func logarithmic(_ range: ClosedRange<Double>) -> [Double] {
    // Less than a factor of four is nearly linear, and would have one or two numbers only.
    if range.upperBound < 4 * range.lowerBound { return linear(range, atMost: 6) }
    let (first, last) = (log10(range.lowerBound), log10(range.upperBound))
    let factors: [Double] = last - first < 3 ? [1, 2, 5] : [1]
    let step = max(1, Int(((last - first) / 8).rounded(.up)))
    let exponents = stride(
      from: Int((first / Double(step)).rounded(.down)) * step, through: Int(last.rounded(.up)),
      by: step)
    return exponents.flatMap { exponent in factors.map { $0 * pow(10, Double(exponent)) } }
      .filter { range.contains($0) }
  }

  /// Round values on a linear axis, at most `count`: multiples of 1, 2 or 5 times a power of ten.
  static func linear(_ range: ClosedRange<Double>, atMost count: Int) -> [Double] {
    let finest = (range.upperBound - range.lowerBound) / Double(count)
    let power = pow(10, log10(finest).rounded(.down))
    guard power > 0, power.isFinite,
      let step = [1, 2, 5, 10].map({ $0 * power }).first(where: { $0 >= finest })
    else { return [] }
    let first = (range.lowerBound / step).rounded(.up)
    let last = (range.upperBound / step).rounded(.down)
    // Adding zero turns a negative zero into a plain one.
    return stride(from: first, through: last, by: 1).map { $0 * step + 0 }
  }

  /// The distance of ticks on an axis of whole numbers; nil where gnuplot's choice will be whole anyway.
  static func wholeStep(_ values: [Double]) -> Double? {
    guard let smallest = values.min(), let largest = values.max(), largest - smallest <= 10,
      values.allSatisfy({ $0 == $0.rounded() && $0.magnitude < 1e12 })
    else { return nil }
    return largest - smallest <= 5 ? 1 : 2
  }
}
