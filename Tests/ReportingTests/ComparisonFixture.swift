import Foundation
import Randomness
import RunStore
import TestSupport

/// A tracker file with a handful of runs that end well, badly and not at all.
struct ComparisonFixture {
  let folder: TemporaryFolder
  let path: String
  let database: RunDatabase

  private static let start = Date(timeIntervalSince1970: 1_767_225_600)

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("tracker.db")
    database = try RunDatabase(writingTo: path)
  }

  /// Three rates by three seeds, one run that diverges and one of another recipe.
  static func sweep() throws -> ComparisonFixture {
    let fixture = try ComparisonFixture()
    for (index, rate) in [0.01, 0.1, 0.5].enumerated() {
      for seed in 1...3 {
        // Some of a seed's luck is the same at every rate, and some is not.
        let luck = 0.01 * Double(seed * seed) + 0.003 * Double(seed * index % 3)
        let loss = [0.9, 0.4, 0.6][index] + luck
        try fixture.add(
          "lenet", ["lr": .real(rate), "seed": .integer(Int64(seed)), "momentum": 0.9], seed: seed,
          losses: [2.3, loss + 0.1, loss, loss + 0.02], tags: seed == 1 ? ["baseline": ""] : [:])
      }
    }
    try fixture.add(
      "lenet", ["lr": 2.0, "seed": 1, "momentum": 0.9], seed: 1, losses: [0.1, .infinity, .nan])
    try fixture.add("lms", ["lr": 0.5], losses: [], tags: ["note": "it's \"quoted\""])
    return fixture
  }

  /// Adds a finished run with a validation loss after each epoch, and an accuracy that goes with it.
  @discardableResult
  func add(
    _ recipe: String, _ parameters: [String: SQLValue], seed: Int? = nil, losses: [Double],
    tags: [String: String] = [:], snapshot: [TensorRecord] = []
  ) throws -> Int {
    let run = try database.createRun(
      RunDraft(
        name: recipe, startedAt: Self.start, recipe: recipe, seed: seed, parameters: parameters,
        tags: tags)
    ).id
    let points = zip(1..., losses).flatMap { epoch, loss in
      [("val/loss", loss), ("val/accuracy", exp(-loss))].map { name, value in
        MetricPoint(name: name, step: epoch * 10, epoch: epoch, value: value)
      }
    }
    var batch = RunBatch(time: Self.start, metrics: points)
    if !snapshot.isEmpty {
      batch.snapshots = [SnapshotRecord(epoch: losses.count, tensors: snapshot)]
    }
    try database.record(batch, run: run)
    try database.finishRun(run, status: .finished, at: Self.start.addingTimeInterval(5))
    return run
  }

  /// The ids of the runs that a condition finds, the best validation loss first.
  func find(_ condition: String?, order: RunSearch.Order = .best(metric: "val/loss")) throws
    -> [Int]
  {
    var search = RunSearch(order: order)
    search.condition = condition
    return try StatementReader(readingFrom: path).runs(search)
  }
}
