import RunStore

/// One question of the report: which runs answer it, the commands that make them, and what is shown.
public struct ReportPart: Sendable {
  /// The heading, with the number that the question has in the course.
  public let title: String
  /// The question, in a sentence or two.
  let question: String
  /// The formulas, a line each.
  var formulas: [String] = []
  /// What makes the runs.
  public let sources: [ReportSource]
  /// Whether the part itself says which runs did not come to an end; otherwise it sees those only that did.
  var takesUnfinished = false
  /// What to show of the runs of all sources; at the end what the numbers show, and where the original is
  /// wrong. Whoever makes the runs chooses seeds, rates and data, so that each sentence follows the numbers.
  let blocks: @Sendable (_ runs: [ComparedRun], _ database: RunDatabase) throws -> [ReportBlock]

  /// The ids of the runs that answer, by source, in order; none if there is no such run.
  func runs(in database: RunDatabase) throws -> [[Int]] {
    try sources.map { try $0.runs(in: database) }
  }
}

/// A command, and how to find its runs again.
public struct ReportSource: Sendable {
  /// Which of the runs that meet the condition answer.
  enum Extent: Sendable {
    /// The newest.
    case newest
    /// The newest, and all of its group.
    case group
  }

  /// The words after `tracker` that make the runs.
  public let arguments: [String]
  /// The condition that the runs meet, as `RunSearch` takes it; the newest answers.
  let condition: String
  /// The condition where no run of the file has a parameter that the other one names.
  let olderCondition: String?
  /// Which of the runs answer.
  let extent: Extent

  init(
    _ command: String, where condition: String, orWhere olderCondition: String? = nil,
    extent: Extent = .newest
  ) {
    arguments = command.split(separator: " ").map(String.init)
    self.condition = condition
    self.olderCondition = olderCondition
    self.extent = extent
  }

  /// The command, as one types it.
  public var command: String { (["tracker"] + arguments).joined(separator: " ") }

  /// The ids of the runs that answer, in order; none if there is no such run.
  func runs(in database: RunDatabase) throws -> [Int] {
    let found =
      try newestFirst(condition, in: database) ?? newestFirst(olderCondition, in: database)
    guard let newest = found?.first else { return [] }
    guard extent == .group, let group = try database.run(newest).group else { return [newest] }
    // Also what diverged or was interrupted: it is shown as what does not count.
    var search = RunSearch(order: .value(name: "id"))
    search.condition = "group_name = '\(group.replacing("'", with: "''"))'"
    return try database.statements().runs(search)
  }

  /// The finished runs that meet a condition; nil if no run of the file has such a parameter.
  private func newestFirst(_ condition: String?, in database: RunDatabase) throws -> [Int]? {
    guard let condition else { return nil }
    // Its id is the largest.
    var search = RunSearch(order: .value(name: "id"))
    search.isReversed = true
    search.condition = "status = 'finished' AND (\(condition))"
    do {
      return try database.statements().runs(search)
    } catch RunSearchError.unknownName {
      return nil
    }
  }
}
