import Foundation

/// Where numbers stand along an axis, and how they are written: all different, and none rounded.
struct AxisTicks {
  /// One number and where it stands.
  struct Tick: Hashable {
    let place: Double
    let label: String
  }

  /// The numbers, by their places.
  let ticks: [Tick]

  /// Ticks at `places`, with as few digits as say what they are.
  /// - Parameter tolerance: How far a label may be from its place; it must not be seen.
  init(_ places: [Double], tolerance: (Double) -> Double) {
    let digits = (1...17).first { digits in
      places.allSatisfy { place in
        let written = Double(Self.text(place, digits: digits)) ?? .nan
        return abs(written - place) <= tolerance(place)
      }
    }
    ticks = places.map { Tick(place: $0, label: Self.text($0, digits: digits ?? 17)) }
  }

  /// The ticks of `axis` within `range`, no more than there is room for.
  init(_ axis: Axis, _ range: ClosedRange<Double>, in room: Room) {
    var found = AxisTicks([]) { _ in 0 }
    for count in stride(from: room.count, through: 2, by: -1) {
      switch axis.scale {
      case .linear:
        let places = Self.linear(range, atMost: count, isWhole: axis.isWhole)
        let step = places.count > 1 ? places[1] - places[0] : 0
        found = AxisTicks(places) { _ in step * 1e-6 }
      case .logarithmic:
        found = AxisTicks(Self.logarithmic(range, atMost: count)) { $0 * 1e-9 }
      }
      if found.width <= room.characters { break }
    }
    self = found
  }

  /// How much room there is for numbers.
  struct Room {
    /// The most numbers.
    let count: Int
    /// The most characters of numbers beside each other; none of those above each other.
    var characters = Int.max
  }

  private var width: Int { ticks.reduce(0) { $0 + $1.label.count + 2 } }

  /// Round values on a logarithmic axis: 1, 2, 5 and their multiples by ten on a short one, powers of ten on
  /// a longer one, no more than about `count`.
  static func logarithmic(_ range: ClosedRange<Double>, atMost count: Int = 8) -> [Double] {
    guard range.lowerBound > 0, range.upperBound <= Axis.limit * 10 else { return [] }
    // Less than a factor of four is nearly linear, and would have one or two numbers only.
    if range.upperBound < 4 * range.lowerBound { return linear(range, atMost: min(count, 6)) }
    let (first, last) = (log10(range.lowerBound), log10(range.upperBound))
    let factors: [Double] = last - first < Double(count + 1) / 3 ? [1, 2, 5] : [1]
    let step = max(1, Int(((last - first) / Double(count)).rounded(.up)))
    let exponents = stride(
      from: Int((first / Double(step)).rounded(.down)) * step, through: Int(last.rounded(.up)),
      by: step)
    return exponents.flatMap { exponent in factors.map { decimal($0, exponent) } }
      .filter { range.contains($0) }
  }

  /// Round values on a linear axis, at most `count`: multiples of 1, 2 or 5 times a power of ten.
  static func linear(
    _ range: ClosedRange<Double>, atMost count: Int, isWhole: Bool = false
  ) -> [Double] {
    let span = range.upperBound - range.lowerBound
    guard (span / Double(count)).isNormal else { return [] }
    let power = Int(log10(span / Double(count)).rounded(.down)) - 1
    let steps: [(factor: Double, exponent: Int)] = (power...power + 3).flatMap { exponent in
      [1.0, 2, 5].map { ($0, exponent) }
    }
    for (factor, exponent) in steps where !isWhole || exponent >= 0 {
      let step = decimal(factor, exponent)
      let first = (range.lowerBound / step).rounded(.up)
      let last = (range.upperBound / step).rounded(.down)
      guard last - first < Double(count) else { continue }
      if first > last { return [] }
      // Adding zero turns a negative zero into a plain one.
      return stride(from: first, through: last, by: 1).map { decimal($0 * factor, exponent) + 0 }
    }
    return []
  }

  /// `number · 10^exponent`, as near as its decimal is read.
  private static func decimal(_ number: Double, _ exponent: Int) -> Double {
    exponent >= 0 ? number * pow(10, Double(exponent)) : number / pow(10, Double(-exponent))
  }

  /// A number to `digits` digits; in full up to ten millions.
  private static func text(_ number: Double, digits: Int) -> String {
    let text = String(format: "%.\(digits)g", number)
    guard text.contains("e"), (1..<1e7).contains(number.magnitude),
      number == number.rounded()
    else { return text }
    return String(format: "%.0f", number)
  }
}

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
