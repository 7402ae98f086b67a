import NeuralNet
import Randomness
import Training

/// A tiny network and samples that it can learn, for tests of the trainer.
struct TrainingFixture {
  /// Keeps what it is told.
  struct Log: TrainingObserver {
    var warnings: [TrainingWarning] = []
    var divergences: [Divergence] = []
    var stops: [TrainingState] = []
    var epochs: [EpochReport] = []
    var gradients: [[Float]] = []

    mutating func observe(_ event: TrainingEvent) {
      switch event {
      case .warned(let warning): warnings.append(warning)
      case .diverged(let divergence): divergences.append(divergence)
      case .stopped(let state): stops.append(state)
      case .finishedEpoch(let report, let moment):
        epochs.append(report)
        gradients.append(moment.gradient.values)
      case .started, .step: break
      }
    }
  }

  let network: Network
  var options = TrainingOptions()
  let samples: ArraySource<Float>

  init() throws {
    network = try Network(
      "tiny", input: [4],
      layers: [
        "fc1": FullyConnected(from: 4, to: 6), "relu1": Activation.relu,
        "fc2": FullyConnected(from: 6, to: 3),
      ])
    var generator = SeededGenerator(seed: 5)
    let classes = (0..<50).map { $0 % 3 }
    samples = ArraySource(
      inputs: classes.map { kind in
        (0..<4).map {
          Float($0 == kind ? 1 : 0) + Float(generator.nextUniform(from: -0.2, to: 0.2))
        }
      }, targets: classes.map { [Float($0)] })
    options.epochs = 4
    options.batchSize = 8
    options.learningRate = 0.1
  }

  /// The state before the first step.
  func start() -> TrainingState {
    var generator = SeededGenerator(seed: 7)
    let parameters: Parameters<Float> = Initialization.default.parameters(
      of: network, using: &generator)
    return TrainingState(
      parameters: parameters, velocity: Parameters(zerosFor: network), generator: generator)
  }

  /// Trains from `state`, and is stopped after so many more steps.
  @discardableResult
  func train(
    _ state: inout TrainingState, stopAfter steps: Int = .max, log: inout Log
  ) throws -> Trainer.Outcome {
    var left = steps
    return try Trainer(options: options, loss: SoftmaxCrossEntropy(), now: { 0 }).fit(
      network, from: &state, training: samples, validation: samples, observer: &log,
      shouldStop: {
        left -= 1
        return left <= 0
      })
  }
}
