/// What a metric of a run amounts to: a row of `metric_series`.
///
/// The trigger `metrics_insert` of `schema.sql` has the same arithmetic for programs that write SQL; tests
/// hold the two and the view `metric_series_recomputed` together.
public struct MetricSummary: Sendable, Equatable {
  /// The name of the metric.
  public let name: String
  /// Which values are better; nil if nobody knows.
  public internal(set) var goal: MetricGoal?
  /// The number of points, NaN included.
  public internal(set) var count = 0
  /// The number of points that are NaN.
  public internal(set) var nanCount = 0
  /// The number of points that are infinite.
  public internal(set) var infiniteCount = 0
  /// The smallest step.
  public internal(set) var firstStep: Int?
  /// The value of the first point; nil for NaN.
  public internal(set) var firstValue: Double?
  /// The largest step.
  public internal(set) var lastStep: Int?
  /// The epoch of the latest point.
  public internal(set) var lastEpoch: Int?
  /// The value of the latest point; nil for NaN.
  public internal(set) var lastValue: Double?
  /// The smallest finite value.
  public internal(set) var minimum: Double?
  /// The first step with the smallest value.
  public internal(set) var minimumStep: Int?
  /// The epoch of the point with the smallest value.
  public internal(set) var minimumEpoch: Int?
  /// The largest finite value.
  public internal(set) var maximum: Double?
  /// The first step with the largest value.
  public internal(set) var maximumStep: Int?
  /// The epoch of the point with the largest value.
  public internal(set) var maximumEpoch: Int?

  var firstRepeat: Int?
  var lastTime: Int64?
  var lastRepeat: Int?
  var minimumRepeat: Int?
  var maximumRepeat: Int?

  /// The summary of no points.
  init(name: String) {
    self.name = name
  }

  /// The best value: the smallest or the largest finite one; nil if there is none, or nobody knows which
  /// is better.
  public var best: Double? {
    switch goal {
    case .minimum: minimum
    case .maximum: maximum
    case nil: nil
    }
  }

  /// The epoch of the best value.
  public var bestEpoch: Int? {
    switch goal {
    case .minimum: minimumEpoch
    case .maximum: maximumEpoch
    case nil: nil
    }
  }

  /// The step of the best value.
  public var bestStep: Int? {
    switch goal {
    case .minimum: minimumStep
    case .maximum: maximumStep
    case nil: nil
    }
  }

  /// Whether the last value is NaN or infinite.
  public var hasDiverged: Bool {
    guard count > 0 else { return false }
    return lastValue.map { !$0.isFinite } ?? true
  }
}

/// A point of one series.
struct SeriesPoint {
  let step: Int
  let `repeat`: Int
  let epoch: Int?
  let value: Double
  /// Milliseconds since 1970 UTC; nil if the time was not noted.
  var time: Int64?

  /// The place of the point in its series.
  var key: Key { Key(step: step, repeat: self.repeat) }

  /// Points are ordered by step, then by repeat.
  struct Key: Comparable {
    let step: Int
    let `repeat`: Int

    @inline(__always)
    static func < (first: Key, second: Key) -> Bool {
      first.step != second.step ? first.step < second.step : first.repeat < second.repeat
    }
  }
}

extension MetricSummary {
  /// Takes in a point whose step is larger than all before it.
  @inline(__always)
  mutating func append(_ point: SeriesPoint) {
    count(point.value, by: 1)
    if firstStep == nil { takeFirst(point) }
    takeLast(point)
    guard point.value.isFinite else { return }
    if point.value < minimum ?? .infinity { takeMinimum(point) }
    if point.value > maximum ?? -.infinity { takeMaximum(point) }
  }

  /// Takes in any point.
  /// - Parameter old: The value of the point that it replaces; nil if there is none.
  /// - Returns: False if a point was replaced such that another may now be the latest, the least or the
  ///   largest: then the summary is to be computed from the points.
  mutating func store(_ point: SeriesPoint, replacing old: Double?) -> Bool {
    count(point.value, by: 1)
    if let old { count(old, by: -1) }
    if isNoLater(point, thanStep: firstStep, firstRepeat) { takeFirst(point) }
    var isKnown = true
    if isLatest(point) {
      takeLast(point)
    } else if point.step == lastStep && point.repeat == lastRepeat {
      isKnown = false
    }
    let value = point.value.isFinite ? point.value : nil
    if let value,
      value < minimum ?? .infinity
        || (value == minimum && isNoLater(point, thanStep: minimumStep, minimumRepeat))
    {
      takeMinimum(point)
    } else if point.step == minimumStep && point.repeat == minimumRepeat {
      isKnown = false
    }
    if let value,
      value > maximum ?? -.infinity
        || (value == maximum && isNoLater(point, thanStep: maximumStep, maximumRepeat))
    {
      takeMaximum(point)
    } else if point.step == maximumStep && point.repeat == maximumRepeat {
      isKnown = false
    }
    return isKnown
  }

  // Other programs may have stored any count, and a training must not end by that.
  private mutating func count(_ value: Double, by change: Int) {
    count &+= change
    if value.isNaN { nanCount &+= change }
    if value.isInfinite { infiniteCount &+= change }
  }

  private func isNoLater(_ point: SeriesPoint, thanStep step: Int?, _ repeated: Int?) -> Bool {
    guard let step, let repeated else { return true }
    return point.key <= SeriesPoint.Key(step: step, repeat: repeated)
  }

  /// The latest is that of the largest step, time (none counts as oldest), value (NaN counts as 0) and
  /// repeat, in this order.
  private func isLatest(_ point: SeriesPoint) -> Bool {
    guard let lastStep, point.step == lastStep else { return point.step >= lastStep ?? .min }
    let (time, lastTime) = (point.time ?? .min, lastTime ?? .min)
    guard time == lastTime else { return time > lastTime }
    let (value, last) = (point.value.isNaN ? 0 : point.value, lastValue ?? 0)
    return value == last ? point.repeat >= lastRepeat ?? .min : value > last
  }

  private mutating func takeFirst(_ point: SeriesPoint) {
    (firstStep, firstRepeat) = (point.step, point.repeat)
    firstValue = point.value.isNaN ? nil : point.value
  }

  private mutating func takeLast(_ point: SeriesPoint) {
    (lastStep, lastRepeat, lastTime, lastEpoch) = (
      point.step, point.repeat, point.time, point.epoch
    )
    lastValue = point.value.isNaN ? nil : point.value
  }

  private mutating func takeMinimum(_ point: SeriesPoint) {
    (minimum, minimumStep, minimumRepeat, minimumEpoch) = (
      point.value, point.step, point.repeat, point.epoch
    )
  }

  private mutating func takeMaximum(_ point: SeriesPoint) {
    (maximum, maximumStep, maximumRepeat, maximumEpoch) = (
      point.value, point.step, point.repeat, point.epoch
    )
  }
}

extension MetricSummary {
  /// What a statement selects of `metric_series`, besides `name` and `goal`, to read a summary.
  static let columns = """
    count, nan_count, first_step, first_value, last_step, last_epoch, last_value, min_value, min_step,
    max_value, max_step, first_repeat, last_at, last_repeat, min_epoch, min_repeat, max_epoch,
    max_repeat, infinite_count
    """

  /// Reads a row of `name`, `goal` and `columns`: in this order it is found fastest.
  init(_ row: ResultRow) throws {
    name = try row.text("name")
    goal = try row.optionalText("goal").flatMap(MetricGoal.init)
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
    firstRepeat = try row.optionalInteger("first_repeat")
    lastTime = try row.optionalInteger("last_at").map(Int64.init)
    lastRepeat = try row.optionalInteger("last_repeat")
    minimumEpoch = try row.optionalInteger("min_epoch")
    minimumRepeat = try row.optionalInteger("min_repeat")
    maximumEpoch = try row.optionalInteger("max_epoch")
    maximumRepeat = try row.optionalInteger("max_repeat")
    infiniteCount = try row.integer("infinite_count")
  }
}
