import Foundation

/// One measured number of a run at one step.
public struct MetricPoint: Sendable, Equatable {
  /// What the names of the machine's metrics begin with. They belong to no training: their steps count
  /// measurements.
  public static let systemPrefix = "system/"

  /// The name of the metric, a path such as `train/loss`.
  public var name: String
  /// The optimizer step, or whatever the program counts.
  public var step: Int
  /// Tells several points of one step apart: 0, 1, 2 …
  public var `repeat`: Int
  /// The epoch the point belongs to.
  public var epoch: Int?
  /// The number; NaN and the infinities are allowed.
  public var value: Double
  /// When it was measured; nil if that was not noted: then the batch tells when it was at the latest.
  public var time: Date?

  /// Describes a point.
  public init(
    name: String, step: Int, repeat: Int = 0, epoch: Int? = nil, value: Double, time: Date? = nil
  ) {
    self.name = name
    self.step = step
    self.repeat = `repeat`
    self.epoch = epoch
    self.value = value
    self.time = time
  }
}

/// A point as other trackers log it: there may be several at one step.
package struct LoggedPoint: Sendable, Equatable {
  /// The name of the metric.
  package let name: String
  /// The step.
  package let step: Int
  /// Milliseconds since 1970 UTC, or what the program gave for them.
  package let time: Int64
  /// The number; NaN and the infinities are allowed.
  package let value: Double

  /// Describes a point.
  package init(name: String, step: Int, time: Int64, value: Double) {
    (self.name, self.step, self.time, self.value) = (name, step, time, value)
  }
}

extension [MetricPoint] {
  /// The latest point of each step, of points that stand by step: that of the latest time (none counts as
  /// oldest), then of the largest value (NaN counts as 0), then of the largest repeat.
  public var latestOfEachStep: [MetricPoint] {
    func place(_ point: MetricPoint) -> (Date, Double, Int) {
      (point.time ?? .distantPast, point.value.isNaN ? 0 : point.value, point.repeat)
    }
    return reduce(into: []) { latest, point in
      guard let other = latest.last, other.step == point.step, other.name == point.name else {
        return latest.append(point)
      }
      if place(point) >= place(other) { latest[latest.count - 1] = point }
    }
  }
}

extension MetricPoint {
  init(_ row: ResultRow) throws {
    name = try row.text("name")
    step = try row.integer("step")
    self.repeat = try row.integer("repeat")
    epoch = try row.optionalInteger("epoch")
    value = try row.optionalReal("value") ?? .nan
    time = try row.optionalDate("recorded_at")
  }
}
