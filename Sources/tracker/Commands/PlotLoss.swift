import ArgumentParser
import Foundation
import Reporting
import RunStore

/// `tracker plot loss`.
struct PlotLoss: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss", abstract: "Training and validation loss by epoch.",
    discussion: "Without runs, the latest one; with --group-by, the mean validation loss of all.")

  @OptionGroup var curves: CurveOptions
  @OptionGroup var plot: PlotOptions

  func run() async throws {
    try await plot.draw { database in
      if !curves.groupBy.isEmpty {
        return try curves.groupedFigure(MetricName.validationLoss, in: database)
      }
      return try .losses(of: curves.runs(in: database), in: database, scale: curves.scale)
    }
  }
}

/// `tracker plot metric`.
struct PlotMetric: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metric", abstract: "One metric by epoch or step.",
    discussion: "Without runs, the latest one; with --group-by, the mean of each group of all runs."
  )

  @Argument(help: "The metric, such as val/accuracy.")
  var name: String

  @OptionGroup var curves: CurveOptions
  @OptionGroup var plot: PlotOptions

  func run() async throws {
    try await plot.draw { database in
      if !curves.groupBy.isEmpty {
        return try curves.groupedFigure(name, in: database)
      }
      return try .metric(
        name, of: curves.runs(in: database), in: database, scale: curves.scale)
    }
  }
}

/// Which curves to draw, and how.
struct CurveOptions: ParsableArguments {
  @OptionGroup var search: RunSearchOptions

  @Flag(help: "Use a logarithmic axis.")
  var log = false

  @Option(
    help: """
      Draw the mean and its 95 % interval of the runs that share this parameter; repeatable. \
      Between its points, a run is taken to be straight.
      """)
  var groupBy: [String] = []

  @Option(help: "The parameter that a group's runs repeat; usually seed.")
  var over: String?

  var scale: Axis.Scale { log ? .logarithmic : .linear }

  /// The runs that are asked for; the latest if none are.
  func runs(in database: RunDatabase) throws -> [ComparedRun] {
    let ids =
      search.isEmpty
      ? [try database.runID(RunSelector("latest"))]
      : try search.ids(in: database, order: .value(name: "id"))
    // As many as show that they are too many for a legend.
    let parameters = try database.parameterNames(
      ofRuns: ids, differing: true, limit: RunLabels.mostParameters + 1)
    return try database.comparedRuns(ids, metrics: [], parameters: parameters)
  }

  /// The mean of a metric over the runs of each group.
  func groupedFigure(_ metric: String, in database: RunDatabase) throws -> Figure {
    let ids = try search.ids(in: database, order: .value(name: "id"))
    let (machine, now) = (Machine.current(), Date())
    let runs = try database.comparedRuns(ids, metrics: [metric], groupedBy: groupBy)
    if let over { try runs.requireParameter(over) }
    let statistics = try GroupStatistics(
      runs, by: groupBy, over: over ?? GroupStatistics.usualPairing, metric: metric, choice: .final
    ) { $0.status(seenFrom: machine, at: now) }
    for group in statistics.groups where !group.leftOut.isEmpty {
      Console.tell("Left out of \(group.words(statistics)): \(group.reasons).")
    }
    guard statistics.groups.contains(where: { !$0.runs.isEmpty }) else {
      throw ComparisonError.noRunCounts(metric)
    }
    return try .metric(metric, of: statistics, in: database, scale: scale)
  }
}
