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

  /// An axis that measures `label` in `unit`.
  public init(
    _ label: String, unit: String? = nil, scale: Scale = .linear,
    range: ClosedRange<Double>? = nil
  ) {
    self.label = label
    self.unit = unit
    self.scale = scale
    self.range = range
  }

  /// The label with its unit in brackets.
  var caption: String {
    unit.map { "\(label) (\($0))" } ?? label
  }

  /// Whether a value has a place on the axis at all.
  func canShow(_ value: Double) -> Bool {
    value.isFinite && (scale == .linear || value > 0)
  }

  /// How far along `range` a value stands: 0 at its lower end, 1 at its upper end.
  func share(of value: Double, in range: ClosedRange<Double>) -> Double {
    let start = transformed(range.lowerBound)
    return (transformed(value) - start) / (transformed(range.upperBound) - start)
  }

  /// The value that stands `share` of the way from `start` to `end`.
  func value(at share: Double, from start: Double, to end: Double) -> Double {
    switch scale {
    case .linear: start + share * (end - start)
    case .logarithmic: start * pow(end / start, share)
    }
  }

  private func transformed(_ value: Double) -> Double {
    scale == .linear ? value : log(value)
  }
}
