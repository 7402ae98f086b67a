import Foundation

/// One axis: what is measured along it, and how.
public struct Axis: Sendable, Hashable {
  /// How values are spaced along an axis.
  public enum Scale: Sendable, Hashable {
    /// Equal differences are equally long.
    case linear
    /// Equal ratios are equally long; zero and less cannot be shown.
    case logarithmic
  }

  /// What is measured, for example `loss`.
  public var label: String
  /// In what, for example `nats`, if there is a unit.
  public var unit: String?
  /// How values are spaced.
  public var scale: Scale
  /// What part is shown; the part that has values if absent.
  public var range: ClosedRange<Double>?
  /// Whether there is nothing between whole numbers, as with epochs and steps.
  public var isWhole: Bool
  /// The number that the values are distances from: one too large for their differences to be told apart as
  /// `Double`, such as the first of steps that are times in nanoseconds.
  public var origin: Int

  /// An axis that measures `label` in `unit`.
  public init(
    _ label: String, unit: String? = nil, scale: Scale = .linear,
    range: ClosedRange<Double>? = nil, isWhole: Bool = false, origin: Int = 0
  ) {
    self.label = label
    self.unit = unit
    self.scale = scale
    self.range = range
    self.isWhole = isWhole
    self.origin = origin
  }

  /// The label with its unit in brackets, less the origin.
  var caption: String {
    let name = unit.map { "\(label) (\($0))" } ?? label
    return origin == 0 ? name : Self.caption(name, less: String(origin))
  }

  /// What is left of `name` without `number`.
  static func caption(_ name: String, less number: String) -> String {
    number.hasPrefix("-") ? "\(name) + \(number.dropFirst())" : "\(name) − \(number)"
  }

  /// A value as people read it, the origin added.
  func text(of value: Double) -> String {
    guard isWhole, let distance = Int(exactly: value) else { return NumberText.rounded(value) }
    let (sum, overflows) = origin.addingReportingOverflow(distance)
    return overflows ? NumberText.rounded(value + Double(origin)) : String(sum)
  }

  /// The magnitude beyond which gnuplot, which computes with the ends of an axis, would overflow.
  static let limit = 1e280

  /// Whether a value has a place on the axis at all.
  func canShow(_ value: Double) -> Bool {
    switch scale {
    case .linear: value.magnitude <= Self.limit
    case .logarithmic: value >= 1 / Self.limit && value <= Self.limit
    }
  }

  /// How far along `range` a value stands: 0 at its lower end or below, 1 at its upper end or above.
  func share(of value: Double, in range: ClosedRange<Double>) -> Double {
    let start = transformed(range.lowerBound)
    let share = (transformed(value) - start) / (transformed(range.upperBound) - start)
    return min(1, max(0, share))
  }

  /// The value that stands `share` of the way from `start` to `end`.
  func value(at share: Double, from start: Double, to end: Double) -> Double {
    switch scale {
    case .linear: start + share * (end - start)
    case .logarithmic: exp(log(start) + share * (log(end) - log(start)))
    }
  }

  private func transformed(_ value: Double) -> Double {
    scale == .linear ? value : log(value)
  }
}

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
