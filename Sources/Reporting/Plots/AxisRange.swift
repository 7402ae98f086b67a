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
    switch axis.scale {
    case .linear: return linear(smallest, largest, isTight: isTight)
    case .logarithmic: return logarithmic(smallest, largest, isTight: isTight)
    }
  }

  private static func linear(
    _ smallest: Double, _ largest: Double, isTight: Bool
  ) -> ClosedRange<Double> {
    // Gnuplot computes with the ends and must not overflow.
    let limit = 1e300
    let (lower, upper) = (max(smallest, -limit), min(largest, limit))
    guard lower < upper else {
      let room = max(lower.magnitude, 1) / 2
      return (min(lower, upper) - room)...(max(lower, upper) + room)
    }
    if isTight { return lower...upper }
    let room = (upper - lower) / 20
    // Room must not suggest that what is never negative could be.
    return (lower >= 0 && lower < room ? 0 : lower - room)...(upper + room)
  }

  private static func logarithmic(
    _ smallest: Double, _ largest: Double, isTight: Bool
  ) -> ClosedRange<Double> {
    if isTight, smallest < largest { return smallest...largest }
    let room = max(pow(largest / smallest, 0.05), 1.2)
    return max(smallest / room, 1e-300)...min(largest * room, 1e305)
  }
}
