import RunStore

extension Figure {
  /// Training loss (unbroken) and validation loss (dashed) of runs by epoch.
  /// - Throws: `FigureError.noMetric` for a run without either.
  public static func losses(
    of runs: [ComparedRun], in database: RunDatabase, scale: Axis.Scale = .linear
  ) throws -> Figure {
    guard !runs.isEmpty else { throw FigureError.noRuns }
    let labels = RunLabels(runs)
    var series: [LinePlot.Series] = []
    for (family, run) in runs.enumerated() {
      let drawn = series.count
      for (name, word, stroke) in [
        ("train/loss", "train", LinePlot.Series.Stroke.solid), ("val/loss", "val", .dashed),
      ] {
        let points = try database.metricOutline(ofRun: run.id, name: name, isPerEpoch: true)
        guard let curve = MetricCurves([points], isPerEpoch: true).curves.first, !curve.isEmpty
        else { continue }
        series.append(
          LinePlot.Series(
            runs.count == 1 ? word : "\(labels[run]), \(word)", points: curve, family: family,
            stroke: stroke))
      }
      if series.count == drawn { throw FigureError.noMetric("train/loss", run: run.id) }
    }
    return Figure(
      title: "Loss by epoch, \(RunLabels.title(runs))",
      .lines(
        LinePlot(
          horizontal: Axis("epoch"), vertical: Axis("mean loss", scale: scale), series: series)))
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
    // Means need the same steps of all runs, so all points.
    let (curves, axis) = try curves(of: runs, name) { try database.metrics(ofRun: $0, name: name) }
    var rest = curves[...]
    let series = groups.map { group in
      let mean = MetricCurves.mean(Array(rest.prefix(group.runs.count)))
      rest = rest.dropFirst(group.runs.count)
      return LinePlot.Series(
        "\(group.words(statistics)) (n = \(group.runs.count))", points: mean.points, band: mean.band
      )
    }
    let parameters = statistics.parameters.joined(separator: ", ")
    return Figure(
      title: "\(name) by \(parameters), mean and 95 % interval over \(statistics.over)",
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
