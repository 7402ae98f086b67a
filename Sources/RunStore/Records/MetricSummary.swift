/// What a metric of a run amounts to: a row of `metric_series`.
public struct MetricSummary: Sendable, Equatable {
  /// The name of the metric.
  public let name: String
  /// The number of points, NaN included.
  public internal(set) var count = 0
  /// The number of points that are NaN.
  public internal(set) var nanCount = 0
  /// The smallest step.
  public internal(set) var firstStep: Int?
  /// The value at the smallest step; nil for NaN.
  public internal(set) var firstValue: Double?
  /// The largest step.
  public internal(set) var lastStep: Int?
  /// The epoch of the point at the largest step.
  public internal(set) var lastEpoch: Int?
  /// The value at the largest step; nil for NaN.
  public internal(set) var lastValue: Double?
  /// The smallest value, NaN apart.
  public internal(set) var minimum: Double?
  /// The first step with the smallest value.
  public internal(set) var minimumStep: Int?
  /// The largest value, NaN apart.
  public internal(set) var maximum: Double?
  /// The first step with the largest value.
  public internal(set) var maximumStep: Int?

  /// The summary of no points.
  init(name: String) {
    self.name = name
  }

  /// Whether the last value is NaN or infinite.
  public var hasDiverged: Bool {
    guard count > 0 else { return false }
    return lastValue.map { !$0.isFinite } ?? true
  }

  /// Takes in a point whose step is larger than all before it.
  @inline(__always)
  mutating func append(step: Int, epoch: Int?, value: Double) {
    let isNaN = value.isNaN
    if count == 0 {
      firstStep = step
      firstValue = isNaN ? nil : value
    }
    // Other programs may have stored any count, and a training must not end by that.
    count &+= 1
    lastStep = step
    lastEpoch = epoch
    lastValue = isNaN ? nil : value
    guard !isNaN else {
      nanCount &+= 1
      return
    }
    if value < minimum ?? .infinity || minimum == nil {
      minimum = value
      minimumStep = step
    }
    if value > maximum ?? -.infinity || maximum == nil {
      maximum = value
      maximumStep = step
    }
  }
}

extension MetricSummary {
  init(_ row: ResultRow) throws {
    name = try row.text("name")
    count = try row.integer("count")
    nanCount = try row.integer("nan_count")
    firstStep = try row.optionalInteger("first_step")
    firstValue = try row.optionalReal("first_value")
    lastStep = try row.optionalInteger("last_step")
    lastEpoch = try row.optionalInteger("last_epoch")
    lastValue = try row.optionalReal("last_value")
    minimum = try row.optionalReal("min_value")
    minimumStep = try row.optionalInteger("min_step")
    maximum = try row.optionalReal("max_value")
    maximumStep = try row.optionalInteger("max_step")
  }
}
