import ArgumentParser
import Reporting
import RunStore

/// Which runs a command is about, when it is about many.
struct RunSearchOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Runs by id, 'latest', name, start of a uuid, or 'best:METRIC'; without any, all of them.",
      valueName: "run"))
  var selectors: [String] = []

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      """
      Only runs that meet a condition in SQL over run columns, parameters, metrics and tags, such as \
      "lr < 0.1 AND recipe = 'lenet' AND \\"val/loss\\" < 0.4". A metric's name is its best value, \
      "final:NAME" its last.
      """, valueName: "condition"))
  var condition: String?

  @Option(help: "Only runs of this experiment.")
  var experiment: String?

  @Option(
    help: ArgumentHelp(
      "Only runs with this tag, NAME or NAME=VALUE; repeatable.", valueName: "tag"))
  var tag: [NamedValue] = []

  func validate() throws {
    guard selectors.isEmpty || !isChoice else {
      throw ValidationError(
        "Name runs, or choose them with --where, --experiment and --tag; not both.")
    }
  }

  /// Whether nothing was said about the runs.
  var isEmpty: Bool { selectors.isEmpty && !isChoice }

  private var isChoice: Bool { condition != nil || experiment != nil || !tag.isEmpty }

  /// The runs by id, for a change: a name that several runs have is refused.
  func idsToChange(in database: RunDatabase) throws -> [Int] {
    guard selectors.isEmpty else { return try database.idsToChange(selectors) }
    return try ids(in: database, order: .value(name: "id"))
  }

  /// The runs by id, each once: the named ones as they were named, others as `order` has them.
  func ids(
    in database: RunDatabase, order: RunSearch.Order, isReversed: Bool = false, limit: Int? = nil,
    deleted: Bool = false
  ) throws -> [Int] {
    if !selectors.isEmpty {
      return try selectors.map { try database.runID(ofWhole: database.selector($0)) }.eachOnce
    }
    var search = RunSearch(order: order)
    search.condition = condition
    search.experiment = experiment
    if let experiment { try database.requireExperiment(experiment) }
    search.tags = try tag.map { try database.tag($0.name, $0.value, deleted: deleted) }
    search.isDeleted = deleted
    search.isReversed = isReversed
    search.limit = limit
    return try database.statements().runs(search)
  }
}

extension RunDatabase {
  /// The named runs by id, each once, for a change: a name that several runs have is refused.
  func idsToChange(_ selectors: [String], deleted: Bool = false) throws -> [Int] {
    try selectors.map { try runID(ofOnly: RunSelector($0, in: self), deleted: deleted) }.eachOnce
  }

  /// The run that a person means by `text`. Which of several with one name it is, is said.
  func selector(_ text: String) throws -> RunSelector {
    let selector = try RunSelector(text, in: self)
    let count = try namesakes(of: selector).count
    if count > 1, let run = try? runID(selector) {
      Console.tell("Note: \(count) runs are called \(text.shellQuoted); run \(run) started last.")
    }
    return selector
  }

  /// The run and the epoch that `selector` names. Which epoch is the best one is said.
  func chosenEpoch(_ selector: RunSelector, isOfWeights: Bool = false) throws -> RunEpoch {
    let chosen = try runEpoch(selector, isOfWeights: isOfWeights)
    if let epoch = chosen.epoch, let metric = chosen.bestMetric {
      Console.tell("Epoch \(epoch) of run \(chosen.run) has its best \(metric).")
    }
    return chosen
  }
}

extension [Int] {
  /// Whoever names a run by its id and by its name means it once: it counts once in a mean.
  fileprivate var eachOnce: [Int] {
    var seen: Set<Int> = []
    return filter { seen.insert($0).inserted }
  }
}
