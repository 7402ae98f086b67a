import Foundation

/// The part of an axis that holds given values with some room around them.
enum AxisRange {
  /// - Parameters:
  ///   - values: Those that the axis cannot show are passed over.
  ///   - isTight: Whether the values may touch the ends, as time does.
  /// - Returns: Never an empty range, also without values.
  static func around(_ values: [Double], on axis: Axis, isTight: Bool) -> ClosedRange<Double> {
    let shown = values.filter(axis.canShow)
    guard let smallest = shown.min(), let largest = shown.max() else {
      return axis.scale == .linear ? 0...1 : 0.1...1
    }
    if isTight, !isConstant(shown) { return smallest...largest }
    switch axis.scale {
    case .linear: return linear(smallest, largest)
    case .logarithmic: return logarithmic(smallest, largest)
    }
  }

  /// Whether values differ by no more than rounding, which is no difference to draw.
  static func isConstant(_ values: [Double]) -> Bool {
    guard let smallest = values.min(), let largest = values.max() else { return false }
    return largest - smallest <= 8 * max(smallest.magnitude, largest.magnitude).ulp
  }

  private static func linear(_ smallest: Double, _ largest: Double) -> ClosedRange<Double> {
    guard !isConstant([smallest, largest]) else {
      let room = max(smallest.magnitude, 1) / 2
      return (smallest - room)...(largest + room)
    }
    let room = (largest - smallest) / 20
    // Room must not suggest that what is never negative could be.
    return (smallest >= 0 && smallest < room ? 0 : smallest - room)...(largest + room)
  }

  private static func logarithmic(_ smallest: Double, _ largest: Double) -> ClosedRange<Double> {
    let room = min(max(pow(largest, 0.05) / pow(smallest, 0.05), 1.2), 10)
    return (smallest / room)...(largest * room)
  }
}
