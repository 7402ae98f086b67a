import NeuralNet
import RunStore
import TestSupport
import Testing

@testable import Recording
@testable import Training

@Suite struct RunRecorderTests {
  private let layers = ["conv1", "conv2", "fc1", "fc2", "fc3"]

  @Test func everyEpochHasItsMetricsAtItsLastStep() throws {
    let training = try RecordedTraining()
    let log = try training.train(epochs: 2, watcher: EventLog())
    let points = try training.database.metrics(ofRun: training.run)

    #expect(
      Set(points.map(\.name)) == [
        "train/loss", "train/accuracy", "val/loss", "val/accuracy", "epoch/seconds",
        "train/images_per_second", "learning_rate",
      ])
    for name in Set(points.map(\.name)) {
      let series = points.filter { $0.name == name }
      #expect(series.map(\.epoch) == [1, 2])
      #expect(series.map(\.step) == [3, 6])
      #expect(series.map(\.time) == [RecordedTraining.date, RecordedTraining.date])
    }
    func values(_ name: String) -> [Double] { points.filter { $0.name == name }.map(\.value) }
    #expect(values("train/loss") == log.epochs.map(\.training.loss))
    #expect(values("train/accuracy") == log.epochs.map(\.training.accuracy))
    #expect(values("val/loss") == log.epochs.map(\.validation.loss))
    #expect(values("val/accuracy") == log.epochs.map(\.validation.accuracy))
    #expect(values("learning_rate") == [0.01, 0.01])
  }

  @Test func stepLossesAreStoredWhereAskedFor() throws {
    let training = try RecordedTraining()
    var options = RecordingOptions()
    options.logsSteps = true
    let log = try training.train(epochs: 2, recording: options, watcher: EventLog())
    let points = try training.database.metrics(ofRun: training.run, name: MetricName.stepLoss)
    #expect(points.map(\.step) == Array(1...6))
    #expect(points.map(\.epoch) == [1, 1, 1, 2, 2, 2])
    #expect(points.map(\.value) == log.steps.map(\.loss))
  }

  @Test func eachLayerHasAWeightAndAGradientHistogramBeforeTrainingAndAfterEachEpoch() throws {
    let training = try RecordedTraining()
    let log = try training.train(epochs: 2, watcher: EventLog())
    let histograms = try training.database.histograms(ofRun: training.run)
    #expect(histograms.count == 3 * 2 * layers.count)
    for (epoch, moment) in log.moments.enumerated() {
      for (quantity, tensors) in [
        (HistogramRecord.Quantity.weight, moment.state.parameters), (.gradient, moment.gradient),
      ] {
        let found = histograms.filter { $0.epoch == epoch && $0.quantity == quantity }
        #expect(found.map(\.layer) == layers)
        #expect(found.allSatisfy { $0.step == epoch * RecordedTraining.stepsPerEpoch })
        #expect(found.map(\.count) == [450, 2400, 48000, 10080, 840])
        for (histogram, slot) in zip(found, tensors.slots.filter { $0.role == "weight" }) {
          let values = tensors.values(of: slot).map(Double.init)
          #expect(histogram.minimum == values.min())
          #expect(histogram.maximum == values.max())
        }
      }
    }
  }

  @Test(arguments: TestScope.some([(2, [0, 2]), (0, []), (1, [0, 1, 2, 3]), (9, [0])]))
  func histogramsComeAfterEverySoManyEpochs(every: Int, epochs: [Int]) throws {
    let training = try RecordedTraining()
    var options = RecordingOptions()
    options.histogramEvery = every
    options.snapshotEvery = 0
    _ = try training.train(epochs: 3, recording: options, watcher: EventLog())
    let histograms = try training.database.histograms(ofRun: training.run)
    #expect(Set(histograms.map(\.epoch)).sorted() == epochs)
  }

  @Test(arguments: TestScope.some([(2, [0, 2, 3]), (0, []), (1, [0, 1, 2, 3]), (9, [0, 3])]))
  func snapshotsComeAfterEverySoManyEpochsAndAfterTheLast(every: Int, epochs: [Int]) throws {
    let training = try RecordedTraining()
    var options = RecordingOptions()
    options.snapshotEvery = every
    _ = try training.train(epochs: 3, recording: options, watcher: EventLog())
    let tensors = try training.database.tensorSummaries(ofRun: training.run)
    #expect(Set(tensors.map(\.epoch)).sorted() == epochs)
    #expect(tensors.count == 10 * epochs.count)
    for epoch in 0...3 {
      let checkpoint = try training.database.checkpoint(ofRun: training.run, epoch: epoch)
      #expect((checkpoint != nil) == epochs.contains(epoch))
    }
  }

  @Test func aCheckpointHoldsTheStateBitForBit() throws {
    let training = try RecordedTraining()
    let log = try training.train(epochs: 2, watcher: EventLog())
    for (epoch, moment) in log.moments.enumerated() {
      let checkpoint = try #require(
        try training.database.checkpoint(ofRun: training.run, epoch: epoch))
      let network = try Network.leNet5()
      func parameters(_ snapshot: SnapshotRecord?) throws -> Parameters<Float> {
        try Parameters(
          for: network, tensors: #require(snapshot).tensors.map { ($0.name, $0.shape, $0.values) })
      }
      #expect(try parameters(checkpoint.weights) == moment.state.parameters)
      #expect(try parameters(checkpoint.optimizer) == moment.state.velocity)
      #expect(try TrainingProgress(json: checkpoint.state) == moment.state.progress)
    }
  }

  @Test func weightsThatDoNotChangeAreStoredOnce() throws {
    let training = try RecordedTraining()
    // A rate below the least change that a Float can hold leaves every weight as it was.
    _ = try training.train(epochs: 3, learningRate: 1e-30, watcher: EventLog())
    let tensors = try training.database.tensorSummaries(ofRun: training.run)
    #expect(tensors.count == 4 * 10)
    #expect(Set(tensors.map(\.blobHash)).count == 10)
    let blobs = try count("blobs", in: training.path)
    let optimizer = try training.database.tensorSummaries(ofRun: training.run, kind: .optimizer)
    #expect(blobs == Set((tensors + optimizer).map(\.blobHash)).count)
  }

  @Test func aReaderSeesWholeEpochsOnly() throws {
    let training = try RecordedTraining()
    var options = RecordingOptions()
    options.logsSteps = true
    let readings = try training.train(
      epochs: 2, recording: options, watcher: Reader(path: training.path)
    ).readings
    // Before training there are histograms and a checkpoint. Steps show when their epoch is over.
    let started = Reading(points: 0, histograms: 10, snapshots: 2)
    let first = Reading(points: 3 + 7, histograms: 20, snapshots: 4)
    let second = Reading(points: 6 + 14, histograms: 30, snapshots: 6)
    #expect(readings == [started, started, started, started, first, first, first, first, second])
  }

  @Test func anEpochIsOneTransactionAlsoIfItsValidationDiverges() throws {
    let training = try RecordedTraining()
    let reader = Reader(path: training.path)
    let notNumbers = ArraySource<Float>(
      inputs: [Array(repeating: .nan, count: 3 * 32 * 32)], targets: [[0]])
    #expect(throws: Divergence.self) {
      try training.train(epochs: 2, validation: notNumbers, watcher: reader)
    }
    // Nothing is stored when the divergence is told: its epoch ends right after.
    let started = Reading(points: 0, histograms: 10, snapshots: 2)
    #expect(
      reader.readings
        == Array(repeating: started, count: 5) + [
          Reading(points: 7, histograms: 20, snapshots: 4)
        ])
    let points = try training.database.metrics(ofRun: training.run)
    let losses = Dictionary(grouping: points, by: \.name).mapValues { $0.map(\.value) }
    #expect(losses["train/loss"]?.count == 1 && losses["train/loss"]?[0].isFinite == true)
    #expect(losses["val/loss"]?.count == 1 && losses["val/loss"]?[0].isNaN == true)
    #expect(try training.database.alerts(ofRun: training.run).map(\.kind) == ["divergence"])
  }

  @Test func theProfileOfAnEpochIsStoredWithItOrNotAtAll() throws {
    let training = try RecordedTraining()
    var options = RecordingOptions()
    options.profiles = true
    try PlainConnection(path: training.path).execute(
      """
      CREATE TRIGGER refuse BEFORE INSERT ON layers WHEN NEW.forward_nanoseconds IS NOT NULL
      BEGIN
        SELECT RAISE(ABORT, 'no profile');
      END
      """)
    #expect(throws: RunStoreError.self) {
      try training.train(epochs: 1, recording: options, watcher: EventLog())
    }
    #expect(try training.database.metrics(ofRun: training.run) == [])
  }

  @Test func aProfileCountsTheImagesThatWereComputedSinceTheResumption() throws {
    let training = try RecordedTraining()
    let log = try training.train(epochs: 1, watcher: EventLog())
    let (epoch, moment) = (try #require(log.epochs.first), try #require(log.moments.last))
    #expect(epoch.timedSampleCount == 40)
    // Taken up again after 32 of the 40 images.
    let resumed = EpochReport(
      epoch: 1, step: 3, training: epoch.training, validation: epoch.validation,
      learningRate: 0.01, seconds: 1, layerTimes: [LayerTime(forward: 800, backward: 1_600)],
      timedSampleCount: 8)
    var options = RecordingOptions()
    options.profiles = true
    var recorder = try training.recorder(options, epochs: 1)
    try recorder.observe(.finishedEpoch(resumed, moment))
    let layer = try #require(try training.database.layers(ofRun: training.run).first)
    #expect(layer.forwardNanoseconds == 100 && layer.backwardNanoseconds == 200)
  }

  @Test func whatCannotBeStoredEndsTheTraining() throws {
    let training = try RecordedTraining()
    var recorder = try training.recorder(.init(), epochs: 1, run: 99)
    let log = try training.train(epochs: 1, watcher: EventLog())
    let moment = try #require(log.moments.first)
    #expect(throws: RunStoreError.self) { try recorder.observe(.started(moment)) }
  }
}

/// What another reader of the file sees.
private struct Reading: Equatable {
  let points: Int
  let histograms: Int
  let snapshots: Int
}

/// Looks into the file after every event, as another program would.
private final class Reader: TrainingObserver {
  let path: String
  private(set) var readings: [Reading] = []

  init(path: String) { self.path = path }

  func observe(_ event: TrainingEvent) throws {
    readings.append(
      Reading(
        points: try count("metric_points", in: path), histograms: try count("histograms", in: path),
        snapshots: try count("snapshots", in: path)))
  }
}

/// The number of rows of a table, by a connection of its own.
private func count(_ table: String, in path: String) throws -> Int {
  var count: Int64 = -1
  try StatementReader(readingFrom: path).select(
    "SELECT count(*) FROM \(table)", onColumns: { _ in },
    onRow: { if case .integer(let number) = $0[0] { count = number } })
  return Int(count)
}
