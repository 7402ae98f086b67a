import Foundation

/// An axis as it is drawn: where it begins and ends, its numbers, and where values stand along it.
///
/// Where values differ in late digits only, all that is drawn is less what they share, which the caption
/// says: gnuplot and readers compare short numbers better.
struct AxisPlacement {
  /// The shown part, less the offset.
  let range: ClosedRange<Double>
  /// What is written along the axis, less the offset.
  let ticks: [AxisTicks.Tick]
  /// What is measured, and the offset if there is one.
  let caption: String

  private let offset: Double

  /// - Parameters:
  ///   - values: What the axis must hold, unless it names a range itself.
  ///   - isTight: Whether the values may touch the ends, as time does.
  init(_ axis: Axis, holding values: [Double], isTight: Bool, in room: AxisTicks.Room) {
    let range = axis.range ?? AxisRange.around(values, on: axis, isTight: isTight)
    let shown = axis.range == nil ? values.filter(axis.canShow) : []
    if axis.range == nil, shown.isEmpty {
      (self.range, ticks, offset, caption) = (range, [], 0, axis.caption)
      return
    }
    if AxisRange.isConstant(shown), let value = shown.first {
      // More numbers would be a scale for differences that are not there.
      let label = Int(exactly: value).map(String.init) ?? String(format: "%.10g", value)
      (self.range, offset, caption) = (range, 0, axis.caption)
      ticks = [AxisTicks.Tick(place: value, label: label)]
      return
    }
    let ticks = AxisTicks(axis, range, in: room).ticks
    let longest = ticks.map(\.label.count).max() ?? 0
    guard axis.scale == .linear, longest > Self.longLabel,
      let offset = Self.offset(of: range)
    else {
      (self.range, self.ticks, self.offset, caption) = (range, ticks, 0, axis.caption)
      return
    }
    self.offset = offset
    self.range = (range.lowerBound - offset)...(range.upperBound - offset)
    self.ticks = AxisTicks(axis, self.range, in: room).ticks
    caption = Axis.caption(
      axis.caption, less: Int(exactly: offset).map(String.init) ?? NumberText.exact(offset))
  }

  /// Where a value stands, as gnuplot is told.
  func place(_ value: Double) -> Double { value - offset }

  /// More characters are more than a reader compares.
  private static let longLabel = 8

  /// The digits that all values of a range share; nil if they share none.
  private static func offset(of range: ClosedRange<Double>) -> Double? {
    let span = range.upperBound - range.lowerBound
    guard span < max(range.lowerBound.magnitude, range.upperBound.magnitude) / 10 else {
      return nil
    }
    let exponent = Int(log10(span).rounded(.up))
    // Written as a decimal, so that the caption says exactly what was taken away. Past the room at the end
    // stands the first value, which is often a round one.
    let power = pow(10, Double(abs(exponent)))
    let start = range.lowerBound + span / 20
    let offset =
      exponent >= 0
      ? (start / power).rounded(.down) * power : (start * power).rounded(.down) / power
    return range.lowerBound - offset < range.upperBound - offset ? offset : nil
  }
}
