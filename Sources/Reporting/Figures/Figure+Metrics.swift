import RunStore

extension Figure {
  /// Training loss (unbroken) and validation loss (dashed) of runs by epoch; of a run without either, what else
  /// it calls a loss.
  /// - Throws: `FigureError.noLoss` for a run without any.
  public static func losses(
    of runs: [ComparedRun], in database: RunDatabase, scale: Axis.Scale = .linear
  ) throws -> Figure {
    guard !runs.isEmpty else { throw FigureError.noRuns }
    let labels = RunLabels(runs)
    var series: [LinePlot.Series] = []
    var points: [[MetricPoint]] = []
    for (family, run) in runs.enumerated() {
      let drawn = series.count
      for (name, word, stroke) in try losses(ofRun: run.id, in: database) {
        let found = try database.metricOutline(ofRun: run.id, name: name, isPerEpoch: true)
        guard !found.isEmpty else { continue }
        points.append(found)
        series.append(
          LinePlot.Series(
            runs.count == 1 ? word : "\(labels[run]), \(word)", points: [], family: family,
            stroke: stroke, member: word))
      }
      if series.count == drawn { throw FigureError.noLoss(run: run.id) }
    }
    let curves = MetricCurves(points, isPerEpoch: true)
    for index in series.indices { series[index].points = curves.curves[index] }
    return Figure(
      title: "Loss by \(curves.horizontal.label), \(RunLabels.title(runs))",
      .lines(
        LinePlot(
          horizontal: curves.horizontal, vertical: Axis("mean loss", scale: scale), series: series))
    )
  }

  /// The metrics of a run that are losses, with the words and strokes for them.
  private static func losses(
    ofRun run: Int, in database: RunDatabase
  ) throws -> [(name: String, word: String, stroke: LinePlot.Series.Stroke)] {
    let names = try database.metricNames(ofRun: run)
    let usual: [(name: String, word: String, stroke: LinePlot.Series.Stroke)] = [
      (MetricName.trainingLoss, "train", .solid), (MetricName.validationLoss, "val", .dashed),
    ].filter { names.containsExactly($0.0) }
    return usual.isEmpty
      ? names.filter { $0.lowercased().contains("loss") }.map { ($0, $0, .solid) } : usual
  }

  /// One metric of runs, a curve a run.
  /// - Throws: `FigureError.noMetric` for a run without it.
  public static func metric(
    _ name: String, of runs: [ComparedRun], in database: RunDatabase, scale: Axis.Scale = .linear
  ) throws -> Figure {
    let labels = RunLabels(runs)
    let (curves, axis) = try curves(of: runs, name) {
      try database.metricOutline(ofRun: $0, name: name)
    }
    return Figure(
      title: "\(name), \(RunLabels.title(runs))",
      .lines(
        LinePlot(
          horizontal: axis, vertical: Axis(name, scale: scale),
          series: zip(runs, curves).map { run, curve in
            // A single curve is named by the title.
            LinePlot.Series(runs.count == 1 ? "" : labels[run], points: curve)
          })))
  }

  /// One metric as the mean over the runs of each group, with the 95 % t-interval of the mean as a band.
  /// - Throws: `FigureError.noMetric` for a run without it.
  public static func metric(
    _ name: String, of statistics: GroupStatistics, in database: RunDatabase,
    scale: Axis.Scale = .linear
  ) throws -> Figure {
    let groups = statistics.groups.filter { !$0.runs.isEmpty }
    let runs = groups.flatMap(\.runs)
    let (curves, axis) = try curves(of: runs, name) { try database.metrics(ofRun: $0, name: name) }
    var rest = curves[...]
    var isInterpolated = false
    let series = groups.map { group in
      let mean = MetricCurves.mean(Array(rest.prefix(group.runs.count)))
      rest = rest.dropFirst(group.runs.count)
      isInterpolated = isInterpolated || mean.isInterpolated
      let count = mean.countText(of: group.runs.count, along: axis)
      return LinePlot.Series(
        "\(group.words(statistics)) (\(count))", points: mean.points, band: mean.band,
        remarks: mean.remarks)
    }
    let parameters = statistics.parameters.joined(separator: ", ")
    return Figure(
      title: "\(name) by \(parameters), mean and 95 % interval over \(statistics.over)"
        + (isInterpolated ? " (interpolated)" : ""),
      .lines(LinePlot(horizontal: axis, vertical: Axis(name, scale: scale), series: series)))
  }

  private static func curves(
    of runs: [ComparedRun], _ name: String, points: (_ run: Int) throws -> [MetricPoint]
  ) throws -> (curves: [[LinePlot.Point]], axis: Axis) {
    guard !runs.isEmpty else { throw FigureError.noRuns }
    let curves = MetricCurves(
      try runs.map { run in
        let points = try points(run.id)
        guard !points.isEmpty else { throw FigureError.noMetric(name, run: run.id) }
        return points
      })
    return (curves.curves, curves.horizontal)
  }
}

extension MetricCurves.Mean {
  /// On how many runs the mean stands: `n = 3`, or `n = 3, 2 from step 40`.
  fileprivate func countText(of runs: Int, along axis: Axis) -> String {
    guard let first = counts.first else { return "no finite value of n = \(runs)" }
    let changes = counts.dropFirst()
    if changes.isEmpty {
      return first.count == runs ? "n = \(runs)" : "n = \(first.count) of \(runs)"
    }
    let texts = changes.map { "\($0.count) from \(axis.label) \(axis.text(of: $0.point.x))" }
    return changes.count <= 2
      ? "n = \(first.count), \(texts.joined(separator: ", "))"
      : "n as written, of \(runs)"
  }

  /// The numbers of runs along the curve, where they change; changes close to each other are one.
  fileprivate var remarks: [LinePlot.Remark] {
    guard counts.count > 1, let first = points.first, let last = points.last else { return [] }
    let near = (last.x - first.x) / 25
    return counts.reduce(into: [(start: Double, first: Int, last: Int, point: LinePlot.Point)]()) {
      groups, change in
      let (point, count) = change
      if let group = groups.last, point.x - group.start < near {
        groups[groups.count - 1].last = count
      } else {
        groups.append((point.x, count, count, point))
      }
    }
    .map {
      LinePlot.Remark($0.point, $0.first == $0.last ? "\($0.first)" : "\($0.first) to \($0.last)")
    }
  }
}
