import Foundation
import NeuralNet
import Randomness
import RunStore
import TestSupport
import Training

@testable import Recording

/// A short training of LeNet-5 on noise, and the file that it is recorded in.
///
/// 40 images in batches of 16 make three steps an epoch, the last one short.
struct RecordedTraining {
  static let stepsPerEpoch = 3

  let path: String
  let database: RunDatabase
  let run: Int
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("tracker.db")
    database = try RunDatabase(writingTo: path)
    run = try database.createRun(RunDraft(name: "noise", startedAt: Self.date)).id
  }

  /// The time of everything.
  static let date = Date(timeIntervalSince1970: 1_700_000_000)

  func recorder(
    _ options: RecordingOptions, epochs: Int, run: Int? = nil
  ) throws -> RunRecorder {
    RunRecorder(
      database: database, run: run ?? self.run, options: options, network: try .leNet5(),
      epochs: epochs, now: { Self.date })
  }

  /// Trains with a recorder, and with `watcher` told after it.
  func train<Watcher: TrainingObserver>(
    epochs: Int, learningRate: Double = 0.01, recording options: RecordingOptions = .init(),
    validation: ArraySource<Float>? = nil, watcher: Watcher
  ) throws -> Watcher {
    let network = try Network.leNet5()
    var generator = SeededGenerator(seed: 7)
    let parameters: Parameters<Float> = Initialization.default.parameters(
      of: network, using: &generator)
    var state = TrainingState(
      parameters: parameters, velocity: Parameters(zerosFor: network), generator: generator)
    var training = TrainingOptions()
    training.epochs = epochs
    training.batchSize = 16
    training.learningRate = learningRate
    var observer = ObserverPair(try recorder(options, epochs: epochs), watcher)
    _ = try Trainer(options: training, loss: SoftmaxCrossEntropy(), now: { 0 }).fit(
      network, from: &state, training: noise(40),
      validation: validation ?? noise(10), observer: &observer)
    return observer.second
  }

  /// Values from -1 to 1 without a pattern that could be learned at once.
  private func noise(_ count: Int) -> ArraySource<Float> {
    func pixel(_ index: Int, of sample: Int) -> Float {
      let value = (index * index * 31 + sample * 1_019) % 255
      return Float(value) / 127 - 1
    }
    return ArraySource(
      inputs: (0..<count).map { sample in (0..<3 * 32 * 32).map { pixel($0, of: sample) } },
      targets: (0..<count).map { [Float($0 % 10)] })
  }
}

/// Keeps everything that it is told.
struct EventLog: TrainingObserver {
  var moments: [TrainingMoment] = []
  var steps: [TrainingStep] = []
  var epochs: [EpochReport] = []

  mutating func observe(_ event: TrainingEvent) {
    switch event {
    case .started(let moment): moments.append(moment)
    case .step(let step): steps.append(step)
    case .finishedEpoch(let report, let moment):
      epochs.append(report)
      moments.append(moment)
    case .warned, .diverged, .stopped: break
    }
  }
}
