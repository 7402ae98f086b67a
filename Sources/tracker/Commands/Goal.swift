import ArgumentParser
import Provenance
import RunStore

extension MetricGoal: ExpressibleByArgument {}

/// `tracker goal`.
struct Goal: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "goal",
    abstract: "Say which values of a metric are better, or show what is known.",
    discussion: """
      Without a metric, all metrics of the file and what is better. The usual words of the field are \
      known: loss, error, seconds and the like are to be small; accuracy, f1, reward and the like large. \
      What is said here comes before them, for one metric or, with --word, for all that have a word in \
      their names.
      """)

  @Argument(help: "The metric, or with --word the word.")
  var metric: String?

  @Argument(help: "min or max.")
  var goal: MetricGoal?

  @Flag(help: "Speak of all metrics that have this word in their names.")
  var word = false

  @Flag(help: "Take back what was said.")
  var forget = false

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  func validate() throws {
    guard goal == nil || !forget else { throw ValidationError("Say a goal or --forget, not both.") }
    guard metric != nil || (!word && !forget) else {
      throw ValidationError("Name the metric, or the word.")
    }
    guard metric != "" else { throw ValidationError("Name the metric: its name is not empty.") }
    guard !word || goal != nil || forget else { throw ValidationError("Say min or max.") }
    if word, let metric, RunDatabase.words(of: metric).isEmpty {
      throw ValidationError("There is no word in '\(metric)': words are letters and digits.")
    }
  }

  func run() throws {
    guard let metric, goal != nil || forget else { return try printGoals() }
    let changed = try database.openForWriting().setGoal(goal, ofMetric: metric, isWord: word)
    for name in changed { try Console.print(name) }
    if changed.isEmpty { Console.tell("Noted; no metric of the file has another goal by that.") }
  }

  private func printGoals() throws {
    let reader = try database.openForStatements()
    try reader.print(
      """
      SELECT name AS metric, goal, rank, x, unit
      FROM metric_names
      WHERE name = :metric OR :metric IS NULL AND EXISTS (
        SELECT 1
        FROM metric_series AS series
        JOIN runs AS run ON run.id = series.run_id
        WHERE series.name = metric_names.name AND run.deleted_at IS NULL)
      ORDER BY rank IS NULL, rank, name COLLATE natural_order
      """, ["metric": metric.map { .text($0) } ?? .null], as: format)
  }
}
