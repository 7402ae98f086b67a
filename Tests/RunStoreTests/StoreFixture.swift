import Foundation
import RunStore
import TestSupport

/// A new tracker file with one run, in a folder of its own.
struct StoreFixture {
  let folder: TemporaryFolder
  let path: String
  let database: RunDatabase
  let run: Int

  /// The moment at which everything in the tests happens.
  static let start = Date(timeIntervalSince1970: 1_700_000_000.125)

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("tracker.db")
    database = try RunDatabase(writingTo: path)
    var draft = RunDraft(name: "first", startedAt: Self.start)
    draft.heartbeatSeconds = 20
    run = try database.createRun(draft).id
  }

  /// Stores metric points.
  func record(_ points: [MetricPoint]) throws {
    try database.record(RunBatch(time: Self.start, metrics: points), run: run)
  }

  /// The rows of a statement.
  func rows(_ sql: String, _ parameters: [String: SQLValue] = [:]) throws -> [[SQLValue]] {
    try StatementReader(readingFrom: path).rows(sql, parameters)
  }

  /// Writes as any program would, through a plain connection of its own.
  func execute(_ sql: String) throws {
    try PlainConnection(path: path).execute(sql)
  }
}

extension StatementReader {
  /// The rows of a statement.
  func rows(_ sql: String, _ parameters: [String: SQLValue] = [:]) throws -> [[SQLValue]] {
    var rows: [[SQLValue]] = []
    try select(sql, parameters: parameters, onColumns: { _ in }, onRow: { rows.append($0) })
    return rows
  }
}
