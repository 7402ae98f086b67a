import ArgumentParser
import Foundation
import Randomness
import Reporting
import Provenance
import RunStore

extension GroupStatistics.Choice: ExpressibleByArgument {}

/// `tracker compare`.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare runs: the best ones, two side by side, or groups with statistics.",
    discussion: """
      Without runs, a leaderboard. With two or more, what they do not share. With --group-by, mean, \
      deviation and 95 % interval of a metric over the runs of each group, and with --test whether \
      the groups differ: a permutation test, paired by seed where the seeds match, corrected after \
      Holm. Runs that diverged, failed, were interrupted or still run do not count in a group. A run \
      that ended in NaN or infinity never wins, and is marked.
      """)

  @OptionGroup var runs: RunSearchOptions
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup var sheet: SheetOptions

  @Option(help: "The metric that counts; repeatable, the first one ranks.")
  var metric: [String] = []

  @Option(help: "What ranks the leaderboard: a metric, final:METRIC, or any name of --where.")
  var sort: String?

  @Flag(help: "Show the worst first.")
  var reverse = false

  @Option(help: "Show only the first so many runs, or groups.")
  var limit: Int?

  @Flag(help: "Show parameters that all runs share, too.")
  var allParams = false

  @Option(help: "Group runs by this parameter, tag or other name of --where; repeatable.")
  var groupBy: [String] = []

  @Option(
    help: "The parameter that a group's runs repeat, and that pairs runs for --test; usually seed.")
  var over: String?

  @Flag(help: "Let every run with a finite value count in its group, however it ended.")
  var allRuns = false

  @Option(help: "Which value of the metric stands for a run: final or best.")
  var value = GroupStatistics.Choice.final

  @Flag(help: "Test whether the groups differ.")
  var test = false

  @Option(help: "Test against this group only.")
  var baseline: String?

  func validate() throws {
    guard limit ?? 1 >= 1 else { throw ValidationError("--limit must be at least 1.") }
    guard !groupBy.isEmpty || (!isTest && !allRuns) else {
      throw ValidationError("--test, --baseline and --all-runs need --group-by.")
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
        limit: format.mostRows, format: format.format, seenFrom: .current(), at: Date())
      _ = try sheet.write(comparison.tables, format)
      if comparison.isCut { tellCut() }
    }
  }

  private func printLeaderboard(in database: RunDatabase) throws {
    var board = try Board(self, metrics: database.metricNames(), in: database)
    if board.lacksAMetric {
      // Metrics that only other runs have play no part.
      let selected = try runs.ids(in: database, order: .value(name: "id"))
      board = try Board(self, metrics: database.metricNames(ofRuns: selected), in: database)
    }
    let (machine, now) = (Machine.current(), Date())
    let table = Table.leaderboard(
      board.runs, parameters: board.parameters, metrics: board.metrics, in: format.format
    ) {
      $0.status(seenFrom: machine, at: now)
    }
    try write([("Runs", table)])
    if board.isCut { tellCut() }
    try tellOrder(board.order, metrics: board.metrics, in: database)
  }

  /// What a leaderboard shows.
  private struct Board {
    let metrics: [String]
    let order: RunSearch.Order
    let runs: [ComparedRun]
    private(set) var parameters: [String]
    /// Whether there are more parameters.
    let isCut: Bool

    /// - Parameter known: The names of the metrics to choose from.
    init(_ command: Compare, metrics known: [String], in database: RunDatabase) throws {
      metrics =
        command.metric.isEmpty
        ? RunDatabase.mainMetrics(of: known) : try command.chosenMetrics(known)
      order = try command.order(
        by: command.sort ?? metrics.first ?? "id", known: known, in: database)
      let ids = try command.runs.ids(
        in: database, order: order, isReversed: command.reverse, limit: command.limit)
      // One more tells whether there are more.
      let most = command.format.mostColumns.map { $0 + 1 }
      parameters =
        command.allParams
        ? try database.parameterNames(ofRuns: ids, differing: false, limit: most)
        : try database.differingParameters(amongRuns: ids, limit: most)
      isCut = parameters.count == most
      if isCut { parameters.removeLast() }
      runs = try database.comparedRuns(ids, metrics: metrics, parameters: parameters)
    }

    var lacksAMetric: Bool {
      !runs.isEmpty && metrics.contains { name in runs.allSatisfy { $0.metrics[name] == nil } }
    }
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
    case .newest:
      return
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
    let ids = try runs.ids(in: database, order: .value(name: "id"))
    let known = try database.metricNames(ofRuns: ids)
    let metrics =
      metric.isEmpty
      ? Array(RunDatabase.mainMetrics(of: known).prefix(1)) : try chosenMetrics(known)
    guard !metrics.isEmpty else { throw ComparisonError.noMetrics }
    let compared = try database.comparedRuns(ids, metrics: metrics, groupedBy: groupBy)
    if let over { try compared.requireParameter(over) }
    let (machine, now) = (Machine.current(), Date())
    var tables: [(title: String, table: Table)] = []
    var notes: [String] = []
    for name in metrics {
      var statistics = try GroupStatistics(
        compared, by: groupBy, over: over ?? GroupStatistics.usualPairing, metric: name,
        choice: value, countsAll: allRuns
      ) { $0.status(seenFrom: machine, at: now) }
      let goal = try database.goal(ofMetric: name)
      if isTest { statistics = statistics.ranked(goal: goal) }
      let all = statistics
      statistics = statistics.prefix(limit ?? .max)
      let of = metrics.count > 1 ? " of \(name)" : ""
      tables.append(("Groups" + of, .groups(statistics, in: format.format)))
      if isTest {
        var generator = SeededGenerator(seed: 1)
        let tests = try GroupTests(all, baseline: baseline, using: &generator)
          .among(statistics)
        tables.append(("Tests" + of, tests.table))
        notes += tests.sentences(goal: goal)
      }
      notes.append(
        "Of each run counts the \(value.rawValue) \(name), \(try direction(of: name, in: database))."
      )
      if let note = confounders(of: statistics) { notes.append(note) }
    }
    try write(tables)
    for note in notes { Console.tell(note) }
  }

  /// A table that stands alone has no title.
  private func write(_ tables: [(title: String, table: Table)]) throws {
    if tables.count == 1, sheet.folder == nil {
      try Console.write(tables[0].table, format)
    } else {
      _ = try sheet.write(
        TableSheet(tables.map { .init(title: $0.title, table: $0.table) }), format)
    }
  }

  /// Whether groups are tested, and not only shown.
  private var isTest: Bool { test || baseline != nil }

  private func confounders(of statistics: GroupStatistics) -> String? {
    guard !statistics.confounders.isEmpty else { return nil }
    let names = statistics.confounders.joined(separator: ", ")
    return "Note: runs of a group also differ in \(names); choose some with --where."
  }

  fileprivate func chosenMetrics(_ known: [String]) throws -> [String] {
    for name in metric where !known.containsExactly(name) {
      throw ComparisonError.noRunWithMetric(name, known: known)
    }
    return metric
  }

  fileprivate func order(
    by name: String, known: [String], in database: RunDatabase
  ) throws -> RunSearch.Order {
    let order = RunSearch.Order(typed: name, metrics: known)
    // What nobody asked to be ranked stays in the order of runs; what somebody did is refused.
    if sort == nil, case .best(let metric) = order, try database.goal(ofMetric: metric) == nil {
      return .value(name: "id")
    }
    return order
  }
}
