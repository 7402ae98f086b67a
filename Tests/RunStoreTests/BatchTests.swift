import Foundation
import Testing

@testable import RunStore

/// Layers, histograms, tensors, predictions, artifacts and alerts.
@Suite struct BatchTests {
  @Test func layersComeBackAndReadAsInTheReport() throws {
    let fixture = try StoreFixture()
    let layers = [
      LayerRecord(
        position: 0, name: "conv1", kind: "convolution", inputShape: [1, 3, 32, 32],
        outputShape: [1, 6, 28, 28], weightShape: [6, 3, 5, 5], weightCount: 450, biasCount: 6,
        macs: 352_800, forwardNanoseconds: 1.5, backwardNanoseconds: 3),
      LayerRecord(
        position: 1, name: "relu1", kind: "relu", inputShape: [1, 6, 28, 28],
        outputShape: [1, 6, 28, 28]),
      LayerRecord(
        position: 2, name: "fc1", kind: "linear", inputShape: [1, 400], outputShape: [1, 120],
        weightShape: [120, 400], weightCount: 48_000, biasCount: 120, macs: 48_000),
    ]
    try fixture.database.setLayers(layers, run: fixture.run)
    #expect(try fixture.database.layers(ofRun: fixture.run) == layers)
    #expect(
      try fixture.rows(
        """
        SELECT layer, input_shape, output_shape, weight_shape, parameters, macs
        FROM layer_table
        ORDER BY position
        """) == [
          ["conv1", "(1, 3, 32, 32)", "(1, 6, 28, 28)", "(6, 3, 5, 5)", 450, 352_800],
          ["fc1", "(1, 400)", "(1, 120)", "(120, 400)", 48_000, 48_000],
        ])
  }

  @Test func histogramsComeBackAndUnfoldIntoBins() throws {
    let fixture = try StoreFixture()
    let histogram = HistogramRecord(
      epoch: 3, step: 30, layer: "conv1", quantity: .weight, lower: -1, upper: 1,
      counts: [1, 0, 2, 5], minimum: -1, maximum: 0.9, mean: 0.1, standardDeviation: 0.5,
      nonfiniteCount: 2)
    for _ in 1...2 {
      try fixture.database.record(
        RunBatch(time: StoreFixture.start, histograms: [histogram]), run: fixture.run)
    }
    #expect(try fixture.database.histograms(ofRun: fixture.run) == [histogram])
    #expect(try fixture.database.histograms(ofRun: fixture.run, quantity: .gradient) == [])
    #expect(
      try fixture.rows("SELECT bin, lower, upper, count FROM histogram_bins ORDER BY bin") == [
        [0, -1.0, -0.5, 1], [1, -0.5, 0.0, 0], [2, 0.0, 0.5, 2], [3, 0.5, 1.0, 5],
      ])
  }

  @Test func tensorsComeBackBitForBitAndEqualOnesAreStoredOnce() throws {
    let fixture = try StoreFixture()
    let values: [Float] = [.nan, .infinity, -0.0, 1, -2.5, .leastNonzeroMagnitude]
    let tensors = [
      TensorRecord(name: "a", shape: [2, 3], values: values),
      TensorRecord(name: "b", shape: [6], values: values),
      TensorRecord(name: "c", shape: [0], values: []),
      TensorRecord(name: "d", shape: [], values: [4]),
    ]
    for epoch in 0...2 {
      try fixture.database.record(
        RunBatch(
          time: StoreFixture.start, snapshots: [SnapshotRecord(epoch: epoch, tensors: tensors)]),
        run: fixture.run)
    }
    #expect(try fixture.rows("SELECT COUNT(*), SUM(byte_count) FROM blobs") == [[3, 28]])
    let snapshot = try fixture.database.snapshot(ofRun: fixture.run, epoch: 1)
    #expect(snapshot.tensors.map(\.name) == ["a", "b", "c", "d"])
    #expect(snapshot.tensors[0].values.map(\.bitPattern) == values.map(\.bitPattern))
    #expect(snapshot.tensors[3].shape == [])
    #expect(try fixture.database.snapshot(ofRun: fixture.run).epoch == 2)
    #expect(
      throws: RunStoreError.noSnapshot(run: fixture.run, epoch: 9, available: [0, 1, 2])
    ) {
      try fixture.database.snapshot(ofRun: fixture.run, epoch: 9)
    }
    let summary = try #require(try fixture.database.tensorSummaries(ofRun: fixture.run).first)
    #expect(summary.nonfiniteCount == 2 && summary.zeroCount == 1 && summary.minimum == -2.5)
    #expect(summary.blobHash == SHA256.hexadecimal(tensors[0].data))
  }

  @Test func statisticsFollowTheirFormulas() {
    let statistics = TensorStatistics([1, 2, 3, 4, .nan, 0])
    #expect(statistics.minimum == 0 && statistics.maximum == 4 && statistics.mean == 2)
    #expect(statistics.standardDeviation == 2.0.squareRoot())
    #expect(statistics.norm == 30.0.squareRoot())
    #expect(statistics.zeroCount == 1 && statistics.nonfiniteCount == 1)
    let empty = TensorStatistics([.infinity])
    #expect(empty.minimum == nil && empty.mean == nil && empty.norm == nil)
  }

  /// The examples of FIPS 180-4 and a message that ends on the edge of a block.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (
      String(repeating: "a", count: 1_000_000),
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
    ),
  ])
  func hashesAreThoseOfTheStandard(message: String, hash: String) {
    #expect(SHA256.hexadecimal(Data(message.utf8)) == hash)
    var pieces = SHA256()
    for start in stride(from: 0, to: message.utf8.count, by: 1_000) {
      pieces.update(Data(message.utf8.dropFirst(start).prefix(1_000)))
    }
    #expect(pieces.hexadecimal() == hash)
  }

  @Test func predictionsArtifactsAlertsAndCheckpointsComeBack() throws {
    let fixture = try StoreFixture()
    let prediction = PredictionRecord(row: 1, inputs: [-1, 1], target: -1, sum: -1.5, output: -1)
    let artifact = ArtifactRecord(
      name: "out/matrix.csv", mediaType: "text/csv", data: Data("1,2\n".utf8))
    let alert = AlertRecord(
      time: StoreFixture.start, epoch: 2, level: .error, kind: "divergence", message: "NaN")
    let checkpoint = CheckpointRecord(
      weights: SnapshotRecord(
        epoch: 2, step: 20, tensors: [TensorRecord(name: "w", shape: [1], values: [1])]),
      optimizer: SnapshotRecord(
        epoch: 2, step: 20, kind: .optimizer,
        tensors: [TensorRecord(name: "w", shape: [1], values: [2])]),
      state: #"{"generator":[1,2,3,4]}"#)
    try fixture.database.record(
      RunBatch(
        time: StoreFixture.start, checkpoint: checkpoint, alerts: [alert],
        predictions: [prediction], artifacts: [artifact]), run: fixture.run)
    #expect(try fixture.database.predictions(ofRun: fixture.run) == [prediction])
    #expect(try fixture.database.artifacts(ofRun: fixture.run) == [artifact])
    #expect(try fixture.database.alerts(ofRun: fixture.run) == [alert])
    #expect(try fixture.database.checkpoint(ofRun: fixture.run) == checkpoint)
    #expect(try fixture.database.checkpoint(ofRun: fixture.run, epoch: 1) == nil)
  }

  @Test func aBatchIsStoredWholeOrNotAtAll() throws {
    let fixture = try StoreFixture()
    let batch = RunBatch(
      time: StoreFixture.start,
      metrics: [MetricPoint(name: "loss", step: 1, value: 1)],
      histograms: [
        HistogramRecord(epoch: 0, layer: "", quantity: .weight, lower: 0, upper: 1, counts: [1])
      ])
    #expect(throws: RunStoreError.self) { try fixture.database.record(batch, run: fixture.run) }
    #expect(try fixture.rows("SELECT COUNT(*) FROM metric_series") == [[0]])
    #expect(throws: RunStoreError.noSuchRun(selector: "9")) {
      try fixture.database.record(RunBatch(time: StoreFixture.start), run: 9)
    }
  }
}
