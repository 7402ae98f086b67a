import RunStore

extension Figure {
  /// The data of an LMS run in three dimensions, with the planes of least squares and of each run.
  /// - Throws: `FigureError.noPlane`.
  public static func planes(of runs: [ComparedRun], in database: RunDatabase) throws -> Figure {
    guard let first = runs.first else { throw FigureError.noRuns }
    let points = try database.predictions(ofRun: first.id).compactMap { row in
      row.target.flatMap { target in
        row.inputs.count == 3 ? SpacePlot.Point(row.inputs[1], row.inputs[2], target) : nil
      }
    }
    guard !points.isEmpty else { throw FigureError.noPlane(run: first.id) }
    let labels = RunLabels(runs)
    var planes = [try plane("Wiener", "wiener", ofRun: first.id, in: database)]
    for run in runs {
      let label = runs.count == 1 ? "LMS" : "LMS, \(labels[run])"
      planes.append(try plane(label, "weight", ofRun: run.id, in: database))
    }
    return Figure(
      title: "Least squares and LMS, \(RunLabels.title(runs))",
      .space(
        SpacePlot(
          x: Axis("x1"), y: Axis("x2"), z: Axis("d"), pointLabel: "data", points: points,
          planes: planes)))
  }

  /// The error of LMS runs by epoch on a logarithmic axis, a curve a learning rate.
  /// - Throws: `FigureError.noMetric`.
  public static func rates(of runs: [ComparedRun], in database: RunDatabase) throws -> Figure {
    var figure = try metric(MetricName.trainingLoss, of: runs, in: database, scale: .logarithmic)
    figure.title = "Mean squared error of the LMS rule by epoch"
    if case .lines(var plot) = figure.panels[0] {
      plot.vertical.label = "mean squared error"
      for index in plot.series.indices {
        plot.series[index].label = plot.series[index].label.replacing(#/^lr /#, with: "rate ")
      }
      // Where all begin, with weights of 0: otherwise a rate that diverges at once shows no way to get there.
      if let start = try startingError(of: runs, in: database) {
        for index in plot.series.indices { plot.series[index].points.insert(start, at: 0) }
      }
      figure.panels[0] = .lines(plot)
    }
    return figure
  }

  /// The error with all weights 0, the mean of d², if all runs learn the same rows by epochs.
  private static func startingError(
    of runs: [ComparedRun], in database: RunDatabase
  ) throws -> LinePlot.Point? {
    let targets = try runs.map { try database.predictions(ofRun: $0.id).map { $0.target ?? .nan } }
    guard let first = targets.first, !first.isEmpty, targets.allSatisfy({ $0 == first }) else {
      return nil
    }
    return LinePlot.Point(0, Statistics.mean(first.map { $0 * $0 }))
  }

  /// The last weights that a run noted as `prefix/w0`, `prefix/w1` and `prefix/w2`.
  private static func plane(
    _ label: String, _ prefix: String, ofRun run: Int, in database: RunDatabase
  ) throws -> SpacePlot.Plane {
    let summaries = try database.metricSummaries(ofRun: run)
    let weights = (0..<3).compactMap { index in
      summaries.first { $0.name == "\(prefix)/w\(index)" }.map { $0.lastValue ?? .nan }
    }
    guard weights.count == 3 else { throw FigureError.noPlane(run: run) }
    return SpacePlot.Plane(label, offset: weights[0], slopeX: weights[1], slopeY: weights[2])
  }
}
