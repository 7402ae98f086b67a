import Foundation
import GRDBSQLite
import Reporting
import RunStore

/// Measures how fast metric points are stored, summaries included, and how much room they take.
struct RecordBenchmark {
  /// The number of points to store.
  var points = 1_000_000
  /// The number of points in a batch, which is one transaction.
  var batchSize = 100_000
  /// The number of metrics that share a batch.
  var metrics = 4

  /// What was measured.
  struct Result: Sendable, Codable {
    /// The number of points that were stored.
    let points: Int
    /// The time from the first batch to the last commit.
    let seconds: Double
    /// The number of bytes by which the file grew for each point.
    let bytesPerPoint: Double
    /// The number of points stored in a second.
    var pointsPerSecond: Double { Double(points) / seconds }
  }

  /// Stores the points in a new file, which is removed afterwards.
  func run() throws -> Result {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let file = folder.file("tracker.db")
    let run = try RunDatabase(writingTo: file)
      .createRun(RunDraft(name: "benchmark", startedAt: Date())).id
    let emptySize = try size(of: file)
    let seconds = try store(in: file, run: run)
    return Result(
      points: points, seconds: seconds,
      bytesPerPoint: Double(try size(of: file) - emptySize) / Double(points))
  }

  /// How many points a second a loop of `sqlite3_step` over one prepared INSERT stores, in the same
  /// batches and the same table, without summaries: what there is to reach.
  func bareInsertsPerSecond() throws -> Double {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let file = folder.file("tracker.db")
    let run = try RunDatabase(writingTo: file)
      .createRun(RunDraft(name: "benchmark", startedAt: Date())).id
    let connection = try BareConnection(path: file)
    try connection.execute("PRAGMA synchronous = NORMAL")
    for metric in 1...metrics {
      try connection.execute(
        "INSERT INTO metric_series (id, run_id, name) VALUES (\(metric), \(run), 'metric_\(metric)')"
      )
    }
    let statement = try connection.prepare(
      """
      INSERT INTO metric_points (series_id, step, epoch, value, recorded_at, repeat)
      VALUES (?, ?, ?, ?, ?, 0)
      """)
    defer { sqlite3_finalize(statement) }
    let duration = try ContinuousClock().measure {
      for start in stride(from: 0, to: points, by: batchSize) {
        try connection.execute("BEGIN IMMEDIATE")
        let batch = start..<Swift.min(start + batchSize, points)
        // A series after the other, as the store has them.
        for metric in 0..<metrics {
          for index in stride(from: batch.lowerBound + metric, to: batch.upperBound, by: metrics) {
            sqlite3_bind_int64(statement, 1, Int64(metric + 1))
            sqlite3_bind_int64(statement, 2, Int64(index / metrics))
            sqlite3_bind_int64(statement, 3, Int64(index / metrics / 500))
            sqlite3_bind_double(statement, 4, 1 / (1 + Double(index) * 0.001))
            guard sqlite3_step(statement) == SQLITE_DONE else { throw connection.failure() }
            sqlite3_reset(statement)
          }
        }
        try connection.execute("COMMIT")
      }
    }
    return Double(points) / (duration / .seconds(1))
  }

  /// Stores one run of many points, and says how long the first, the middle and the last tenth took.
  static func longRun(points: Int) throws -> Table {
    let folder = try TemporaryFolder()
    defer { folder.remove() }
    let file = folder.file("tracker.db")
    var benchmark = RecordBenchmark()
    benchmark.metrics = 100
    let database = try RunDatabase(writingTo: file)
    let run = try database.createRun(RunDraft(name: "long", startedAt: Date())).id
    let emptySize = try benchmark.size(of: file)
    var rates: [Double] = []
    for start in stride(from: 0, to: points, by: 1_000_000) {
      let batch = benchmark.batch(start..<Swift.min(start + 1_000_000, points))
      let duration = try ContinuousClock().measure {
        try database.record(RunBatch(time: Date(), metrics: batch), run: run)
      }
      rates.append(Double(batch.count) / (duration / .seconds(1)))
    }
    let reading = try ContinuousClock().measure {
      var count = 0
      try StatementReader(readingFrom: file).select(
        "SELECT step, value FROM metric_points WHERE series_id = 7 ORDER BY step, repeat",
        onColumns: { _ in }, onRow: { _ in count += 1 })
      precondition(count == points / benchmark.metrics, "All points of the series are there.")
    }
    return Table(
      columns: [
        "points", "first_ten_batches_per_second", "last_ten_batches_per_second", "bytes_per_point",
        "one_series_read_seconds",
      ],
      rows: [
        [
          .integer(Int64(points)), .real(median(Array(rates.prefix(10))).rounded()),
          .real(median(Array(rates.suffix(10))).rounded()),
          .real(Double(try benchmark.size(of: file) - emptySize) / Double(points)),
          .real(reading / .seconds(1)),
        ]
      ])
  }

  /// Opens the file, stores the points and closes the file, so that the size is right afterwards.
  private func store(in file: String, run: Int) throws -> Double {
    let database = try RunDatabase(writingTo: file)
    var duration = Duration.zero
    for start in stride(from: 0, to: points, by: batchSize) {
      let batch = RunBatch(
        time: Date(), metrics: batch(start..<Swift.min(start + batchSize, points)))
      duration += try ContinuousClock().measure { try database.record(batch, run: run) }
    }
    return duration / .seconds(1)
  }

  /// Points as a training loop makes them: all metrics of a step, then the next step.
  private func batch(_ range: Range<Int>) -> [MetricPoint] {
    let names = (0..<metrics).map { "train/metric_\($0)" }
    return range.map { index in
      let step = index / metrics
      return MetricPoint(
        name: names[index % metrics], step: step, epoch: step / 500,
        value: 1 / (1 + Double(index) * 0.001))
    }
  }

  private func size(of file: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    return attributes[.size] as? Int ?? 0
  }
}
