import Foundation
import RunStore
import TestSupport

/// A small tracker file with rows in every table: two runs that the report shows, one that was deleted.
struct EveryTableFixture {
  let folder: TemporaryFolder
  let path: String

  /// The moment at which everything happens.
  static let date = Date(timeIntervalSince1970: 1_767_225_600)

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("tracker.db")
    try Self.fill(path)
  }

  /// Closes the file at its end, so that its content no longer stands in files beside it.
  private static func fill(_ path: String) throws {
    let database = try RunDatabase(writingTo: path)
    try add("lms", ["lr": 0.5, "data": "report"], to: database)
    try add("lenet", ["lr": 0.1, "init": "default"], to: database)
    let deleted = try add("lenet", ["lr": 0.2, "init": "default"], to: database)
    try database.deleteRun(deleted, seenFrom: machine, at: date)
    try PlainConnection(path: path).execute(
      "UPDATE runs SET parent_run_id = 1, group_name = 'g' WHERE id = 2")
  }

  /// A machine on which no run was started.
  static let machine = Machine(host: "nowhere", bootID: nil, isProcessAlive: { _ in false })

  @discardableResult
  private static func add(
    _ recipe: String, _ parameters: [String: SQLValue], to database: RunDatabase
  ) throws -> Int {
    var draft = RunDraft(
      name: recipe, startedAt: date, recipe: recipe, seed: 1, parameters: parameters,
      tags: ["baseline": "yes"], environment: ["cores": 2], layers: layers)
    (draft.host, draft.pid, draft.bootID) = ("host", 1, "boot")
    let run = try database.createRun(draft).id
    for epoch in 0...2 { try database.record(batch(epoch), run: run) }
    try database.finishRun(run, status: .finished, at: date.addingTimeInterval(5))
    return run
  }

  private static let layers = [
    LayerRecord(
      position: 0, name: "conv1", kind: "convolution", inputShape: [1, 1, 4, 4],
      outputShape: [1, 2, 2, 2], weightShape: [2, 1, 3, 3], weightCount: 18, biasCount: 2, macs: 72,
      forwardNanoseconds: 10, backwardNanoseconds: 20),
    LayerRecord(
      position: 1, name: "fc1", kind: "linear", inputShape: [1, 8], outputShape: [1, 1],
      weightShape: [1, 8], weightCount: 8, biasCount: 1, macs: 8),
  ]

  private static func batch(_ epoch: Int) -> RunBatch {
    let names = [
      "train/loss", "val/loss", "val/accuracy", "weight/w0", "weight/w1", "weight/w2", "wiener/w0",
      "wiener/w1", "wiener/w2",
    ]
    let kernel = TensorRecord(
      name: "conv1.weight", shape: [2, 1, 3, 3], values: (0..<18).map { Float($0 * (epoch + 1)) })
    func snapshot(_ kind: SnapshotRecord.Kind) -> SnapshotRecord {
      SnapshotRecord(epoch: epoch, step: epoch * 10, kind: kind, tensors: [kernel])
    }
    return RunBatch(
      time: date,
      metrics: names.enumerated().map { index, name in
        MetricPoint(
          name: name, step: epoch * 10, epoch: epoch, value: 1 / Double(index + epoch + 1))
      },
      histograms: [HistogramRecord.Quantity.weight, .gradient].map { quantity in
        HistogramRecord(
          epoch: epoch, step: epoch * 10, layer: "conv1", quantity: quantity, lower: -1, upper: 1,
          counts: [3, 0, 15], minimum: -1, maximum: 1, mean: 0.5, standardDeviation: 0.2)
      },
      checkpoint: CheckpointRecord(
        weights: snapshot(.weights), optimizer: snapshot(.optimizer), state: #"{"epoch":1}"#),
      alerts: [
        AlertRecord(
          time: date, epoch: epoch, step: epoch, level: .warning, kind: "note", message: "look")
      ],
      predictions: [
        PredictionRecord(
          row: epoch, inputs: [1, Double(epoch), -1], target: 1, sum: 0.5, output: 1)
      ],
      artifacts: [
        ArtifactRecord(name: "input.csv", mediaType: "text/csv", data: Data("1,2\n3,4\n".utf8))
      ])
  }
}
