import ArgumentParser
import Foundation
import Reporting
import RunStore

/// `tracker list`.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the runs, the newest first.",
    discussion: """
      --where, --sort and --columns have the same names: columns of runs, parameters, metrics and tags. Runs \
      are chosen and sorted as by tracker compare.
      """)

  @OptionGroup var runs: RunSearchOptions
  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  @Option(
    help: "Sort by a metric, the best first, final:METRIC, or any other name, the least first.")
  var sort: String?

  @Flag(help: "Turn the order round.")
  var reverse = false

  @Option(
    help: ArgumentHelp(
      "Show these values, such as name,lr,val/loss; a comma within a name is doubled.",
      valueName: "names"))
  var columns: String?

  @Flag(help: "List the deleted runs.")
  var deleted = false

  @Option(help: "List only so many runs.")
  var limit: Int?

  func validate() throws {
    guard limit ?? 1 >= 1 else { throw ValidationError("--limit must be at least 1.") }
    guard runs.selectors.isEmpty || !deleted else {
      throw ValidationError("Name runs, or list the deleted ones; not both.")
    }
    guard columns?.separatedNames.allSatisfy(\.isEmpty) != true else {
      throw ValidationError("--columns needs names.")
    }
  }

  func run() throws {
    let database = try database.openForReading(characters: format.mostCharacters)
    try Console.write(try table(in: database), format)
  }

  private func table(in database: RunDatabase) throws -> Table {
    if runs.isEmpty, sort == nil, columns == nil, !reverse, !deleted {
      // The newest are found by the index of starts alone, however many runs there are.
      return try glance(
        at: database.runs(seenFrom: .current(), at: Date(), limit: limit), in: database)
    }
    let order =
      try sort.map {
        RunSearch.Order(typed: $0, metrics: try database.metricNames(deleted: deleted))
      } ?? .newest
    let ids = try runs.ids(
      in: database, order: order, isReversed: reverse, limit: limit, deleted: deleted)
    let usual = deleted ? "id,name,recipe,experiment,status,started,seconds,epochs" : nil
    if let names = (columns ?? usual)?.separatedNames {
      let values = try database.statements()
        .values(names, ofRuns: ids, deleted: deleted)
      return .values(values.rows, called: names, values.areParameters, in: format.format)
    }
    return try glance(
      at: database.runs(ids, seenFrom: .current(), at: Date()), sortedBy: order, in: database)
  }

  private func glance(
    at summaries: [RunSummary], sortedBy order: RunSearch.Order = .newest, in database: RunDatabase
  ) throws -> Table {
    guard format.format == .text else { return .runs(summaries) }
    let ids = summaries.map(\.id)
    var names =
      ids.count > Self.fewRuns
      ? [] : try database.differingParameters(amongRuns: ids, limit: Self.mostParameters)
    if case .value(let name) = order, !names.containsExactly(name),
      try database.parameterNames(ofRuns: ids, differing: false).containsExactly(name)
    {
      names.insert(name, at: 0)
    }
    let metrics =
      summaries.contains(where: \.hasUsualMetrics)
      ? [] : try RunDatabase.mainMetrics(of: database.metricNames(ofRuns: ids))
    let compared =
      names.isEmpty && metrics.isEmpty
      ? [] : try database.comparedRuns(ids, metrics: metrics, parameters: names)
    return .runsAtAGlance(summaries, parameters: names, metrics: metrics, of: compared)
  }

  /// Of more runs, nobody looks at single parameters.
  private static let fewRuns = 100
  private static let mostParameters = 4
}

extension RunSummary {
  /// Whether it has a loss or accuracy of the usual name.
  fileprivate var hasUsualMetrics: Bool {
    finalTrainLoss != nil || finalValidationLoss != nil || finalValidationAccuracy != nil
  }
}

extension RunSearch.Order {
  /// What a person types to sort runs: a metric, `final:METRIC`, `best:METRIC`, or another name.
  /// - Parameter known: The names of the metrics.
  init(typed name: String, metrics known: [String]) {
    let makers: [(prefix: String, order: (String) -> Self)] = [
      ("final:", { .final(metric: $0) }), ("best:", { .best(metric: $0) }),
      ("", { .best(metric: $0) }),
    ]
    for (prefix, order) in makers where name.hasPrefix(prefix) {
      let metric = String(name.dropFirst(prefix.count))
      if known.containsExactly(metric) {
        self = order(metric)
        return
      }
    }
    self = .value(name: name)
  }
}

extension String {
  /// The names between commas, after which there may be blanks; two commas stand for one within a name.
  fileprivate var separatedNames: [String] {
    replacing(",,", with: "\0").split(separator: ",").map {
      String($0.drop { $0 == " " }).replacing("\0", with: ",")
    }
  }
}
