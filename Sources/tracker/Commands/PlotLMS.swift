import ArgumentParser
import Reporting
import RunStore

/// `tracker plot lms`.
struct PlotLMS: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lms",
    abstract: "The data of LMS runs with the planes found, or the error by rate.",
    discussion: "Without runs, those of the latest tracker run lms.")

  @OptionGroup var search: RunSearchOptions

  @Flag(help: "Draw the error against the epoch, a curve a learning rate.")
  var rates = false

  @OptionGroup var plot: PlotOptions

  /// The runs of the last command: one, or those that share its group.
  private static let latest = """
    recipe = 'lms' AND COALESCE(group_name, id) = (
      SELECT COALESCE(group_name, id)
      FROM runs
      WHERE recipe = 'lms' AND deleted_at IS NULL
      ORDER BY started_at DESC, id DESC
      LIMIT 1)
    """

  func run() async throws {
    try await plot.draw { database in
      var search = search
      if search.isEmpty { search.condition = Self.latest }
      let ids = try search.ids(in: database, order: .value(name: "id"))
      let runs = try database.comparedRuns(ids, metrics: [MetricName.trainingLoss])
      if rates { return try .rates(of: runs, in: database) }
      return try .planes(of: runs, in: database)
    }
  }
}
