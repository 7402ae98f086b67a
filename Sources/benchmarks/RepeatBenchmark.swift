import Foundation
import GRDBSQLite
import Reporting
import RunStore

/// Measures points that come at one step, again, or out of order: each costs arithmetic, however many are
/// there already.
struct RepeatBenchmark {
  var points = 100_000

  /// What is stored.
  private enum Work: String, CaseIterable {
    /// New points of one step.
    case repeats
    /// Other values for points that are neither the least nor the largest.
    case replacements
    /// Larger values for the least point: the one that is to be looked for.
    case replacingTheLeast = "replacing the least"
  }

  /// A row for each kind of work and way: microseconds a point at the beginning and at the end.
  func table() throws -> Table {
    var table = Table(columns: ["work", "through", "points", "first_tenth", "last_tenth"])
    for way in ["RunStore", "view metrics"] {
      let folder = try TemporaryFolder()
      defer { folder.remove() }
      let file = folder.file("tracker.db")
      let database = try RunDatabase(writingTo: file)
      let run = try database.createRun(RunDraft(name: "benchmark", startedAt: Date())).id
      let connection = try BareConnection(path: file)
      try connection.execute("PRAGMA synchronous = NORMAL")
      for work in Work.allCases {
        let count = work == .replacingTheLeast ? 100 : points
        var slices: [Double] = []
        for slice in 0..<10 {
          let batch = points(of: work, (slice * count / 10)..<((slice + 1) * count / 10))
          let duration = try ContinuousClock().measure {
            if way == "RunStore" {
              try database.record(RunBatch(time: Date(), metrics: batch), run: run)
            } else {
              try insert(batch, run: run, through: connection)
            }
          }
          slices.append(1e6 * (duration / .seconds(1)) / Double(batch.count))
        }
        table.rows.append([
          .text(work.rawValue), .text(way), .integer(Int64(count)), .real(slices[0]),
          .real(slices[9]),
        ])
      }
    }
    return table
  }

  private func points(of work: Work, _ range: Range<Int>) -> [MetricPoint] {
    range.map { index in
      switch work {
      case .repeats:
        MetricPoint(name: "loss", step: 0, repeat: index, value: Double(index))
      case .replacements:
        MetricPoint(
          name: "loss", step: 0, repeat: 1 + index % (points - 2), value: 1 + 0.5 * Double(index))
      case .replacingTheLeast:
        MetricPoint(name: "loss", step: 0, repeat: 0, value: 1e-3 * Double(index + 1))
      }
    }
  }

  private func insert(
    _ points: [MetricPoint], run: Int, through connection: BareConnection
  ) throws {
    let statement = try connection.prepare(
      "INSERT INTO metrics (run_id, name, step, value, repeat) VALUES (?, 'loss', ?, ?, ?)")
    defer { sqlite3_finalize(statement) }
    try connection.execute("BEGIN IMMEDIATE")
    for point in points {
      sqlite3_bind_int64(statement, 1, Int64(run))
      sqlite3_bind_int64(statement, 2, Int64(point.step))
      sqlite3_bind_double(statement, 3, point.value)
      sqlite3_bind_int64(statement, 4, Int64(point.repeat))
      guard sqlite3_step(statement) == SQLITE_DONE else { throw connection.failure() }
      sqlite3_reset(statement)
    }
    try connection.execute("COMMIT")
  }
}
