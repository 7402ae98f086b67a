import ArgumentParser
import Datasets
import Foundation
import NeuralNet
import Randomness
import Recording
import Reporting
import RunStore
import Training

/// `benchmarks record`: storing metric points, and what logging costs a training.
struct Record: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record",
    abstract: "Storing metric points, and the share of training time that logging takes.")

  @OptionGroup var output: OutputOptions

  @Option(help: "Epochs of the training whose logging is measured.")
  var epochs = 3

  @Option(name: .customLong("data-dir"), help: "The folder with Fashion-MNIST.")
  var folder = ImageCollection.fashionMNIST.defaultFolder ?? "."

  @Option(help: "Points of one long run, stored by millions; 0 for none.")
  var longRun = 0

  func run() throws {
    output.print("Machine", machineTable())
    var points = Table(
      columns: [
        "points", "batch", "points_per_second", "bytes_per_point", "bare_inserts_per_second",
        "ratio",
      ])
    for batchSize in [100_000, 10_000, 1_000] {
      var benchmark = RecordBenchmark()
      benchmark.batchSize = batchSize
      // In turn, because the machine is not the same from one second to the next; medians of five.
      var results: [RecordBenchmark.Result] = []
      var bare: [Double] = []
      for _ in 0..<5 {
        results.append(try benchmark.run())
        bare.append(try benchmark.bareInsertsPerSecond())
      }
      let stored = median(results.map(\.pointsPerSecond))
      points.rows.append([
        .integer(Int64(benchmark.points)), .integer(Int64(batchSize)), .real(stored.rounded()),
        .real(results[0].bytesPerPoint), .real(median(bare).rounded()),
        .real(stored / median(bare)),
      ])
    }
    output.print("Metric points, four metrics, summaries included", points)
    output.print("Points of one step, microseconds each", try RepeatBenchmark().table())
    if longRun > 0 {
      output.print("One long run", try RecordBenchmark.longRun(points: longRun))
    }
    output.print("LeNet-5 on Fashion-MNIST, logging everything and every step", try trainingCost())
  }

  private func trainingCost() throws -> Table {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("record-benchmark-\(UUID().uuidString).db").path
    defer {
      for suffix in ["", "-wal", "-shm"] {
        // Best effort: a side file may not be there.
        try? FileManager.default.removeItem(atPath: file + suffix)
      }
    }
    let data = try ImageDataset.fashionMNIST(in: folder)
    let network = try Network.leNet5()
    let database = try RunDatabase(writingTo: file)
    var draft = RunDraft(name: "benchmark", startedAt: Date())
    draft.layers = [LayerRecord](network)
    let run = try database.createRun(draft)

    var options = TrainingOptions()
    options.epochs = epochs
    options.threads = UsableProcessors.count
    var recording = RecordingOptions()
    recording.logsSteps = true
    var observer = TimedObserver(
      RunRecorder(
        database: database, run: run.id, options: recording, network: network, epochs: epochs,
        now: { Date() }))
    var generator = SeededGenerator(seed: 1)
    var state = TrainingState(
      parameters: Initialization.default.parameters(of: network, using: &generator),
      velocity: Parameters(zerosFor: network), generator: generator)
    let clock = ContinuousClock()
    let start = clock.now
    _ = try Trainer(
      options: options, loss: SoftmaxCrossEntropy(), now: { (clock.now - start) / .seconds(1) }
    ).fit(
      network, from: &state, training: data.training.source(normalization: data.normalization),
      validation: data.validation.source(normalization: data.normalization), observer: &observer)
    return Table(
      columns: ["epochs", "training_seconds", "logging_seconds", "logging_share"],
      rows: [
        [
          .integer(Int64(epochs)), .real(observer.trainingSeconds),
          .real(observer.observingSeconds),
          .real(observer.observingSeconds / observer.trainingSeconds),
        ]
      ])
  }
}

/// Measures the time that an observer takes, beside the time that is spent on training.
private struct TimedObserver<Base: TrainingObserver>: TrainingObserver {
  private var base: Base
  private(set) var observingSeconds = 0.0
  private(set) var trainingSeconds = 0.0

  init(_ base: Base) { self.base = base }

  mutating func observe(_ event: TrainingEvent) throws {
    if case .finishedEpoch(let report, _) = event { trainingSeconds += report.seconds }
    observingSeconds += try seconds { try base.observe(event) }
  }
}
