import Foundation
import RunStore

/// What runs were given and what they reached, as one page that needs nothing else.
public struct RunsReport: Sendable {
  private let database: RunDatabase
  private let gnuplot: Gnuplot

  /// A report on runs of a file.
  /// - Parameter gnuplot: Draws the pictures.
  public init(on database: RunDatabase, gnuplot: Gnuplot = Gnuplot()) {
    self.database = database
    self.gnuplot = gnuplot
  }

  /// Up to so many runs have a section each, with all that is known of them.
  private static let mostSections = 8
  /// The most metrics that are drawn; those that count most.
  private static let mostCurves = 12
  /// The most parameters beside the results.
  private static let mostParameters = 12

  /// The page.
  /// - Parameters:
  ///   - ids: The runs.
  ///   - machine: This one, which knows whether the process of a running run still lives.
  /// - Throws: `GnuplotError`, `RunStoreError`; `FigureError.noRuns` without any.
  public func html(
    on ids: [Int], seenFrom machine: Machine, at time: Date
  ) async throws -> String {
    let runs = try database.comparedRuns(ids, metrics: nil)
    guard !runs.isEmpty else { throw FigureError.noRuns }
    // What the machine did is looked at when something is wrong: tracker plot metric NAME.
    let metrics = try database.metricNames(ofRuns: runs.map(\.id))
      .filter { !$0.hasPrefix(MetricPoint.systemPrefix) }
    var page = HTMLPage(
      title: RunLabels.title(runs).capitalizedStart,
      introduction: "Made on \(time.formatted(.iso8601)).", gnuplot: gnuplot)
    if runs.count > 1 {
      try await page.add(
        "Summary", try summary(of: runs, metrics: metrics, seenFrom: machine, at: time))
    }
    if !metrics.isEmpty { try await page.add("Curves", try curves(of: runs, metrics: metrics)) }
    for run in runs.prefix(runs.count > Self.mostSections ? 0 : runs.count) {
      let title = runs.count == 1 ? "The run" : RunLabels.title([run]).capitalizedStart
      try await page.add(title, try details(of: run.id, seenFrom: machine, at: time))
    }
    return page.html
  }

  /// What the runs reached, the best first if that is known, and how that hangs on their parameters.
  private func summary(
    of runs: [ComparedRun], metrics: [String], seenFrom machine: Machine, at time: Date
  ) throws -> [ReportBlock] {
    let parameters = try database.differingParameters(amongRuns: runs.map(\.id))
    let goal = try metrics.first.flatMap { try database.goal(ofMetric: $0) }
    let ranks = runs.map { run in
      let result = metrics.first.flatMap { run.metrics[$0] }
      let best = result?.best ?? .infinity
      // Of those that diverged, and then of those without the metric, none is best.
      return (
        result == nil ? 2 : result?.hasDiverged == true ? 1 : 0,
        best.isFinite && goal == .maximum ? -best : best, run.id
      )
    }
    let order =
      goal == nil
      ? runs.sorted { $0.id < $1.id }
      : runs.indices.sorted { ranks[$0] < ranks[$1] }.map { runs[$0] }
    let by = metrics.first.flatMap { goal == nil ? nil : ", the best \($0) first" } ?? ""
    var blocks: [ReportBlock] = [
      .table(
        "What they reached\(by)",
        .leaderboard(
          order, parameters: Array(parameters.prefix(Self.mostParameters)),
          metrics: Array(metrics.prefix(3))
        ) { $0.status(seenFrom: machine, at: time) })
    ]
    if parameters.count > Self.mostParameters {
      blocks.append(
        .text("There are \(parameters.count) parameters that differ; the first are shown."))
    }
    if let metric = metrics.first, !parameters.isEmpty,
      runs.count(where: { $0.metrics[metric] != nil }) > 2
    {
      blocks.append(
        .figure(
          try .parallel(runs, parameters: parameters, metric: metric, choice: .final, most: 7)))
    }
    return blocks
  }

  /// The losses and the other metrics that count most; of runs that repeat settings with several seeds, the
  /// mean with its interval.
  private func curves(of runs: [ComparedRun], metrics: [String]) throws -> [ReportBlock] {
    let losses: Set = [MetricName.trainingLoss, MetricName.validationLoss]
    let withLoss = runs.filter { !losses.isDisjoint(with: $0.metrics.keys) }
    let others = metrics.filter { !losses.contains($0) }
    var blocks: [ReportBlock] = []
    if !withLoss.isEmpty { blocks.append(.figure(try .losses(of: withLoss, in: database))) }
    let repeated = Self.repeatedSettings(of: runs)
    for metric in (repeated.isEmpty ? others : metrics).prefix(Self.mostCurves) {
      let measured = runs.filter { $0.metrics[metric] != nil }
      if repeated.isEmpty {
        blocks.append(.figure(try .metric(metric, of: measured, in: database)))
      } else {
        let groups = try GroupStatistics(
          measured, by: repeated, over: "seed", metric: metric, choice: .final)
        if groups.groups.contains(where: { !$0.runs.isEmpty }) {
          blocks.append(.figure(try .metric(metric, of: groups, in: database)))
        }
        if metric == metrics.first {
          blocks.append(
            .table("Last \(metric) over the seeds, and which runs count", .readable(groups)))
          blocks += try ReportBlock.tests(groups, goal: try database.goal(ofMetric: metric))
        }
      }
    }
    let left = others.count - Self.mostCurves
    if left > 0 { blocks.append(.text("\(left) more metrics: tracker plot metric NAME")) }
    return blocks
  }

  /// The parameters in which runs differ beside the seed, if some runs differ in the seed alone; empty
  /// where the groups would be none, or too many for one picture.
  private static func repeatedSettings(of runs: [ComparedRun]) -> [String] {
    let names = runs.flatMap(\.parameters.keys).distinctNames.filter { name in
      name != "seed" && Set(runs.map { Setting($0.parameters[name]) }).count > 1
    }
    guard (1...RunLabels.mostParameters).contains(names.count) else { return [] }
    let groups = Dictionary(grouping: runs) { run in names.map { Setting(run.parameters[$0]) } }
    let areRepeats = groups.values.allSatisfy { group in
      Set(group.map { $0.setting("seed") }).count == group.count
    }
    return areRepeats && groups.count <= 12 && groups.values.contains { $0.count > 1 } ? names : []
  }

  /// The most rows of a table on a page.
  private static let mostRows = 1_000

  /// The most characters of a text on a page.
  private static let mostCharacters = 1_000

  /// The tables of a run and its last histograms.
  private func details(
    of run: Int, seenFrom machine: Machine, at time: Date
  ) throws -> [ReportBlock] {
    let sheet = try RunSheet(
      of: run, in: database.showing(characters: Self.mostCharacters), seenFrom: machine, at: time)
    var blocks: [ReportBlock] = try sheet.tables.sections.compactMap { section in
      let table = try section.table(limit: Self.mostRows)
      if table.rows.isEmpty { return nil }
      return table.rows.count > 30 || section.title == "Environment"
        ? .folded(section.title, table) : .table(section.title, table)
    }
    for quantity in [HistogramRecord.Quantity.weight, .gradient] {
      do {
        blocks.append(
          .figure(try .histograms(ofRun: run, quantity: quantity, in: database)))
      } catch FigureError.noHistograms {
        continue  // Most programs store none.
      }
    }
    return blocks
  }
}

extension String {
  fileprivate var capitalizedStart: String { prefix(1).uppercased() + dropFirst() }
}
