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
    try PlainConnection(path: path).execute(rowsOfOtherPrograms)
  }

  /// What our own engine does not write.
  private static let rowsOfOtherPrograms = """
    INSERT INTO removed_runs (uuid, change) VALUES ('0a', 1);
    INSERT INTO experiment_tags (experiment_id, name, value) VALUES (1, 'team', 'a');
    INSERT INTO metric_rules (word, is_name, goal, rank, x, unit)
    VALUES ('weight', 0, 'max', 9, 'epoch', 'kg');
    INSERT INTO output_lines (run_id, line, at, stream, text) VALUES (2, 1, 5, 'stderr', 'hello');
    INSERT INTO media (run_id, name, step, kind, text) VALUES (2, 'note', 1, 'text', 'hello');
    INSERT INTO datasets (id, experiment_id, name, digest, source_type, source, schema, profile)
    VALUES (1, 1, 'mnist', 'd1', 'local', 'here', '{}', '{}');
    INSERT INTO run_datasets (run_id, dataset_id, context) VALUES (2, 1, 'training');
    INSERT INTO run_dataset_tags (run_id, dataset_id, context, name, value)
    VALUES (2, 1, 'training', 'split', 'a');
    INSERT INTO blob_chunks (content, position, data) VALUES (1, 0, x'6162');
    INSERT INTO blobs (hash, data, byte_count, content)
    VALUES ('fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603', NULL, 2, 1);
    INSERT INTO models (id, experiment_id, source_run_id, name, model_type)
    VALUES ('m-1', 1, 2, 'net', 'torch');
    INSERT INTO model_params (model_id, name, value) VALUES ('m-1', 'lr', '0.1');
    INSERT INTO model_tags (model_id, name, value) VALUES ('m-1', 'stage', 'a');
    INSERT INTO model_metrics (model_id, name, step, value, run_id)
    VALUES ('m-1', 'accuracy', 1, 0.5, 2);
    INSERT INTO model_artifacts (model_id, name, blob_hash)
    VALUES ('m-1', 'MLmodel', 'fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603');
    INSERT INTO run_models (run_id, model_id, direction, step) VALUES (2, 'm-1', 'output', 1);
    INSERT INTO registered_models (name, description) VALUES ('classifier', 'of images');
    INSERT INTO registered_model_tags (registered_model, name) VALUES ('classifier', 'team');
    INSERT INTO model_versions (registered_model, version, source, model_id, run_id)
    VALUES ('classifier', 1, 'models:/m-1', 'm-1', 2);
    INSERT INTO model_version_tags (registered_model, version, name) VALUES ('classifier', 1, 'a');
    INSERT INTO model_aliases (registered_model, name, version) VALUES ('classifier', 'best', 1);
    """

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
