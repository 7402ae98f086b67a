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
    horizontal = Axis(hasEpochs ? "epoch" : "step")
    curves = points.map { points in
      var curve: [LinePlot.Point] = []
      for point in points {
        let x = Double(hasEpochs ? point.epoch ?? point.step : point.step)
        // Of several points in an epoch, the last counts.
        if curve.last?.x == x { curve.removeLast() }
        curve.append(LinePlot.Point(x, point.value))
      }
      return curve
    }
  }

  private static func hasOnePointAnEpoch(_ points: [MetricPoint]) -> Bool {
    zip(points, points.dropFirst()).allSatisfy { first, second in
      guard let first = first.epoch, let second = second.epoch else { return false }
      return first < second
    }
      && points.allSatisfy { $0.epoch != nil }
  }

  /// The mean of several curves where all have a point, with its 95 % interval; the interval is left out
  /// where it is not finite.
  static func mean(_ curves: [[LinePlot.Point]]) -> (
    points: [LinePlot.Point], band: [LinePlot.Spread]
  ) {
    let tables = curves.map {
      Dictionary($0.map { ($0.x, $0.y) }, uniquingKeysWith: { _, last in last })
    }
    let places = Set(tables.flatMap(\.keys)).sorted()
    var points: [LinePlot.Point] = []
    var band: [LinePlot.Spread] = []
    for x in places {
      let values = tables.compactMap { $0[x] }
      guard values.count == curves.count else { continue }
      let summary = SampleSummary(values)
      points.append(LinePlot.Point(x, summary.mean))
      if let interval = summary.interval {
        band.append(
          LinePlot.Spread(x, lower: interval.lowerBound, upper: interval.upperBound))
      }
    }
    return (points, band)
  }
}
