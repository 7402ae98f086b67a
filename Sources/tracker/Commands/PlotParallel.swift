import ArgumentParser
import Reporting
import RunStore

/// `tracker plot parallel`.
struct PlotParallel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parallel",
    abstract: "Runs as lines across the parameters that differ, ending at a metric.")

  @OptionGroup var search: RunSearchOptions

  @Option(help: "The metric at the right end; without it, the one that counts most.")
  var metric: String?

  @Option(help: "Which value of the metric stands for a run: final or best.")
  var value = GroupStatistics.Choice.final

  @Option(
    help: """
      Show this parameter; repeatable. Without it, those that differ, and of more than \
      \(mostParameters) those that explain most of the metric.
      """)
  var param: [String] = []

  @OptionGroup var plot: PlotOptions

  func run() async throws {
    try await plot.draw { database in
      let ids = try search.ids(in: database, order: .value(name: "id"))
      let metrics = try database.metricNames(ofRuns: ids)
      guard let metric = metric ?? RunDatabase.mainMetrics(of: metrics).first else {
        throw ComparisonError.noMetrics
      }
      guard metrics.containsExactly(metric) else {
        throw ComparisonError.noRunWithMetric(metric, known: metrics)
      }
      let known = try database.parameterNames(ofRuns: ids, differing: false)
      for name in param where !known.containsExactly(name) {
        throw ComparisonError.noRunWithParameter(name, known: known)
      }
      let parameters = try param.isEmpty ? database.differingParameters(amongRuns: ids) : param
      return try .parallel(
        database.comparedRuns(ids, metrics: [metric], parameters: parameters),
        parameters: parameters, metric: metric, choice: value,
        most: param.isEmpty ? mostParameters : nil)
    }
  }
}

/// With the metric, eight axes: more are no picture any more.
private let mostParameters = 7
