import ArgumentParser
import Foundation
import Randomness
import Reporting
import Recording
import RunStore

extension GroupStatistics.Choice: ExpressibleByArgument {}

/// `tracker compare`.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare runs: the best ones, two side by side, or groups with statistics.",
    discussion: """
      Without runs, a leaderboard. With two or more, what they do not share. With --group-by, mean, \
      deviation and 95 % interval of a metric over the runs of each group, and with --test whether \
      the groups differ: a permutation test, paired by seed where the seeds match, corrected after \
      Holm. A run that ended in NaN or infinity never wins, and is marked.
      """)

  @OptionGroup var runs: RunSearchOptions
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  @Option(help: "The metric that counts; repeatable, the first one ranks.")
  var metric: [String] = []

  @Option(help: "What ranks the leaderboard: a metric, final:METRIC, or any name of --where.")
  var sort: String?

  @Flag(help: "Show the worst first.")
  var reverse = false

  @Option(help: "Show only the first so many runs.")
  var limit: Int?

  @Flag(help: "Show parameters that all runs share, too.")
  var allParams = false

  @Option(help: "Group runs by this parameter; repeatable.")
  var groupBy: [String] = []

  @Option(help: "The parameter that a group's runs repeat, and that pairs runs for --test.")
  var over = "seed"

  @Option(help: "Which value of the metric stands for a run: final or best.")
  var value = GroupStatistics.Choice.final

  @Flag(help: "Test whether the groups differ.")
  var test = false

  @Option(help: "Test against this group only.")
  var baseline: String?

  func validate() throws {
    guard limit ?? 1 >= 1 else { throw ValidationError("--limit must be at least 1.") }
    guard groupBy.isEmpty == false || (!test && baseline == nil) else {
      throw ValidationError("--test and --baseline need --group-by.")
    }
    guard runs.selectors.count != 1 || !groupBy.isEmpty else {
      throw ValidationError("Name two runs or more, or none.")
    }
  }

  func run() throws {
    // Groups are told apart by the whole values of parameters.
    let database = try database.openForReading(
      characters: groupBy.isEmpty ? format.mostCharacters : nil)
    if !groupBy.isEmpty {
      try printGroups(in: database)
    } else if runs.selectors.isEmpty {
      try printLeaderboard(in: database)
    } else {
      let comparison = try RunComparison(
        of: runs.ids(in: database, order: .value(name: "id")), in: database,
        metrics: metric.isEmpty ? nil : metric, showsAllParameters: allParams,
        limit: format.mostRows, seenFrom: .current(), at: Date())
      try Console.write(comparison.tables, as: format.format)
      if comparison.isCut { tellCut() }
    }
  }

  private func printLeaderboard(in database: RunDatabase) throws {
    let known = try database.metricNames()
    let metrics = try metric.isEmpty ? mainMetrics(of: known) : chosenMetrics(known)
    let order = try order(by: sort ?? metrics.first ?? "id", known: known, in: database)
    let ids = try runs.ids(in: database, order: order, isReversed: reverse, limit: limit)
    // One more tells whether there are more.
    let most = format.mostColumns.map { $0 + 1 }
    var parameters =
      allParams
      ? try database.parameterNames(ofRuns: ids, differing: false, limit: most)
      : try database.differingParameters(amongRuns: ids, limit: most)
    let isCut = parameters.count == most
    if isCut { parameters.removeLast() }
    let shown = try database.comparedRuns(ids, metrics: metrics, parameters: parameters)
    let (machine, now) = (Machine.current(), Date())
    let table = Table.leaderboard(shown, parameters: parameters, metrics: metrics) {
      $0.status(seenFrom: machine, at: now)
    }
    try Console.write(table.formatted(as: format.format))
    if isCut { tellCut() }
    try tellOrder(order, metrics: metrics, in: database)
  }

  private func tellCut() {
    Console.tell(
      "Note: There are more parameters, and the first are shown. All of them: --format jsonl")
  }

  /// Says what ranks, in which direction, and which values are shown.
  private func tellOrder(
    _ order: RunSearch.Order, metrics: [String], in database: RunDatabase
  ) throws {
    let (words, metric): (String, String)
    switch order {
    case .best(let name): (words, metric) = ("the best \(name)", name)
    case .final(let name): (words, metric) = ("the final \(name)", name)
    case .value(let name):
      let unknown = try metrics.filter { try database.goal(ofMetric: $0) == nil }
      guard sort == nil, let first = unknown.first else {
        Console.tell("Sorted by \(name), \(reverse ? "largest" : "smallest") first.")
        return
      }
      Console.tell("Not ranked: \(Self.unknownDirection(of: first)).")
      return
    }
    let direction = try direction(of: metric, in: database)
    Console.tell("Ranked by \(words), \(direction)\(reverse ? "; the worst first" : "").")
  }

  private func direction(of metric: String, in database: RunDatabase) throws -> String {
    switch try database.goal(ofMetric: metric) {
    case .minimum: "smaller is better"
    case .maximum: "larger is better"
    case nil: "of which \(Self.unknownDirection(of: metric))"
    }
  }

  private static func unknownDirection(of metric: String) -> String {
    "nobody has said what is better (tracker goal \(metric.shellQuoted) max, or min)"
  }

  private func printGroups(in database: RunDatabase) throws {
    let known = try database.metricNames()
    guard
      let metric = try metric.isEmpty ? mainMetrics(of: known).first : chosenMetrics(known).first
    else { throw ComparisonError.noMetrics }
    let ids = try runs.ids(in: database, order: .value(name: "id"))
    let compared = try database.comparedRuns(ids, metrics: [metric])
    let direction = try direction(of: metric, in: database)
    let statistics = try GroupStatistics(
      compared, by: groupBy, over: over, metric: metric, choice: value)
    defer {
      Console.tell("Of each run counts the \(value.rawValue) \(metric), \(direction).")
      warn(statistics)
    }
    guard test || baseline != nil else {
      try Console.write(Table.groups(statistics).formatted(as: format.format))
      return
    }
    var generator = SeededGenerator(seed: 1)
    let tests = try Table.groupTests(statistics, baseline: baseline, using: &generator)
    let sheet = TableSheet([
      .init(title: "Groups", table: .groups(statistics)), .init(title: "Tests", table: tests),
    ])
    try Console.write(sheet, as: format.format)
  }

  private func warn(_ statistics: GroupStatistics) {
    guard !statistics.confounders.isEmpty else { return }
    let names = statistics.confounders.joined(separator: ", ")
    Console.tell("Note: runs of a group also differ in \(names); choose some with --where.")
  }

  private func chosenMetrics(_ known: [String]) throws -> [String] {
    for name in metric where !known.contains(name) {
      throw ComparisonError.noRunWithMetric(name, known: known)
    }
    return metric
  }

  /// The losses and the accuracy that people look at first; without those, what most runs have.
  private func mainMetrics(of known: [String]) -> [String] {
    let usual = ["val/loss", "val/accuracy", "train/loss"].filter(known.contains)
    return usual.isEmpty ? Array(known.prefix(2)) : usual
  }

  private func order(
    by name: String, known: [String], in database: RunDatabase
  ) throws -> RunSearch.Order {
    let makers: [(prefix: String, order: (String) -> RunSearch.Order)] = [
      ("final:", { .final(metric: $0) }), ("best:", { .best(metric: $0) }),
      ("", { .best(metric: $0) }),
    ]
    for (prefix, order) in makers where name.hasPrefix(prefix) {
      let metric = String(name.dropFirst(prefix.count))
      guard known.contains(metric) else { continue }
      // What nobody asked to be ranked stays in the order of runs; what somebody did is refused.
      if try sort == nil && database.goal(ofMetric: metric) == nil { return .value(name: "id") }
      return order(metric)
    }
    return .value(name: name)
  }
}
