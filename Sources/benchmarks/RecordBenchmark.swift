import Foundation
import RunStore

/// Measures how fast metric points are stored, summaries included, and how much room they take.
struct RecordBenchmark {
  /// The number of points to store.
  var points = 1_000_000
  /// The number of points in a batch, which is one transaction.
  var batchSize = 100_000
  /// The number of metrics that share a batch.
  var metrics = 4
  /// The folder in which the file is made.
  var folder: URL

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
    let file = folder.appendingPathComponent("record-benchmark-\(UUID().uuidString).db")
    defer {
      for suffix in ["", "-wal", "-shm"] {
        // Best effort: a side file may not be there.
        try? FileManager.default.removeItem(atPath: file.path + suffix)
      }
    }
    let run = try RunDatabase(writingTo: file.path)
      .createRun(RunDraft(name: "benchmark", startedAt: Date())).id
    let emptySize = try size(of: file)
    let seconds = try store(in: file, run: run)
    return Result(
      points: points, seconds: seconds,
      bytesPerPoint: Double(try size(of: file) - emptySize) / Double(points))
  }

  /// Opens the file, stores the points and closes the file, so that the size is right afterwards.
  private func store(in file: URL, run: Int) throws -> Double {
    let database = try RunDatabase(writingTo: file.path)
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

  private func size(of file: URL) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    return attributes[.size] as? Int ?? 0
  }
}
