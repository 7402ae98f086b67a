import RunStore

/// One question of the report: which runs answer it, the command that makes them, and what is shown.
public struct ReportPart: Sendable {
  /// The heading.
  public let title: String
  /// The words after `tracker` that make the runs.
  public let arguments: [String]
  /// What it is about, in a sentence or two.
  let introduction: String
  /// The condition that the runs meet, as `RunSearch` takes it; the newest answers.
  let condition: String
  /// Which of the runs answer.
  var extent = Extent.newest
  /// What to show of the runs.
  let blocks: @Sendable (_ runs: [ComparedRun], _ database: RunDatabase) throws -> [ReportBlock]

  /// Which of the runs that meet the condition answer.
  enum Extent: Sendable {
    /// The newest.
    case newest
    /// The newest, and all of its group.
    case group
    /// All of them.
    case all
  }

  /// The command, as one types it.
  public var command: String { (["tracker"] + arguments).joined(separator: " ") }

  /// The ids of the runs that answer, in order; none if there is no such run.
  func runs(in database: RunDatabase) throws -> [Int] {
    // The newest first: its id is the largest.
    var search = RunSearch(order: .value(name: "id"))
    search.isReversed = true
    search.condition = "status = 'finished' AND (\(condition))"
    let found: [Int]
    do {
      found = try StatementReader(readingFrom: database.path).runs(search)
    } catch RunSearchError.unknownName {
      // No run of the file has such a parameter.
      return []
    }
    guard let newest = found.first else { return [] }
    switch extent {
    case .newest: return [newest]
    case .all: return found.reversed()
    case .group:
      guard let group = try database.run(newest).group else { return [newest] }
      return try found.filter { try database.run($0).group == group }.reversed()
    }
  }
}
