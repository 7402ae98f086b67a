import RunStore

/// The points of one metric as a curve over epochs, or over steps where an epoch has several points.
struct MetricCurves {
  /// What the curves run over.
  let horizontal: Axis
  /// One curve a run.
  let curves: [[LinePlot.Point]]

  /// - Parameter points: The points of one or more metrics of each run, by step; of several at one step,
  ///   the latest counts.
  init(_ points: [[MetricPoint]], isPerEpoch: Bool = false) {
    let points = points.map(\.latestOfEachStep)
    let hasEpochs = isPerEpoch || points.allSatisfy(Self.hasOnePointAnEpoch)
    func place(_ point: MetricPoint) -> Int { hasEpochs ? point.epoch ?? point.step : point.step }
    let places = points.lazy.flatMap { $0.lazy.map(place) }
    let origin = Self.origin(from: places.min() ?? 0, to: places.max() ?? 0)
    let isByEpoch = hasEpochs && points.contains { $0.contains { $0.epoch != nil } }
    horizontal = Axis(isByEpoch ? "epoch" : "step", isWhole: true, origin: origin)
    curves = points.map { points in
      var curve: [LinePlot.Point] = []
      var last: Int?
      for point in points {
        let place = place(point)
        // Of several points in an epoch, the last counts.
        if last == place { curve.removeLast() }
        last = place
        let (distance, overflows) = place.subtractingReportingOverflow(origin)
        let x = overflows ? Double(place) - Double(origin) : Double(distance)
        curve.append(LinePlot.Point(x, point.value))
      }
      return curve
    }
  }

  /// What steps are counted from: 0, or where `Double` is coarse, as with times in nanoseconds, a round
  /// number below them all.
  private static func origin(from least: Int, to largest: Int) -> Int {
    guard max(least.magnitude, largest.magnitude) > 1 << 40 else { return 0 }
    let (span, overflows) = largest.subtractingReportingOverflow(least)
    guard !overflows, span.magnitude < max(least.magnitude, largest.magnitude) / 10 else {
      return 0
    }
    var round = 1
    while round < span { round *= 10 }
    let remainder = least % round
    let (origin, isTooLow) = least.subtractingReportingOverflow(
      remainder < 0 ? remainder + round : remainder)
    return isTooLow ? least : origin
  }

  private static func hasOnePointAnEpoch(_ points: [MetricPoint]) -> Bool {
    zip(points, points.dropFirst()).allSatisfy { first, second in
      guard let first = first.epoch, let second = second.epoch else { return false }
      return first < second
    }
      && points.allSatisfy { $0.epoch != nil }
  }

  /// The mean of several curves, and how many of them it stands on.
  struct Mean {
    /// The mean at each place where a curve has a point.
    var points: [LinePlot.Point] = []
    /// Its 95 % interval, where it is finite.
    var band: [LinePlot.Spread] = []
    /// How many curves the mean stands on, at the places where that changes; the first is where it begins.
    var counts: [(point: LinePlot.Point, count: Int)] = []
    /// Whether curves have points at other places than others, and are taken to be straight between theirs.
    var isInterpolated = false
  }

  /// The mean of several curves. Each counts from its first point to its last that is finite before one that
  /// is not; between its points it is straight.
  /// - Parameter mostPlaces: Of more places, some are left out in between.
  static func mean(_ curves: [[LinePlot.Point]], mostPlaces: Int = 2_000) -> Mean {
    let finite = curves.map { Array($0.prefix { $0.y.isFinite }) }
    let all = Set(finite.lazy.flatMap { $0.lazy.map(\.x) }).sorted()
    // The last, and where curves begin and end, are never left out.
    let kept = Set(finite.flatMap { [$0.first?.x, $0.last?.x].compactMap(\.self) })
    let every = max(1, (all.count + mostPlaces - 1) / mostPlaces)
    let places = all.enumerated().filter { $0 % every == 0 || kept.contains($1) }.map(\.element)
    var values = Array(repeating: [Double](), count: places.count)
    var mean = Mean()
    for curve in finite {
      var next = 0
      for (index, x) in places.enumerated() {
        while next < curve.count, curve[next].x < x { next += 1 }
        guard next < curve.count else { break }
        if curve[next].x == x {
          values[index].append(curve[next].y)
        } else if next > 0 {
          mean.isInterpolated = true
          let (start, end) = (curve[next - 1], curve[next])
          let share = (x - start.x) / (end.x - start.x)
          values[index].append(start.y + share * (end.y - start.y))
        }
      }
    }
    for (x, values) in zip(places, values) where !values.isEmpty {
      let summary = SampleSummary(values)
      let point = LinePlot.Point(x, summary.mean)
      mean.points.append(point)
      if mean.counts.last?.count != values.count { mean.counts.append((point, values.count)) }
      if let interval = summary.interval {
        mean.band.append(
          LinePlot.Spread(x, lower: interval.lowerBound, upper: interval.upperBound))
      }
    }
    return mean
  }
}
