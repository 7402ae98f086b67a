import Datasets
import Foundation
import NeuralNet
import Randomness
import Testing
import TestSupport

@testable import Training

/// LeNet-5 on 200 images in batches of 32, against the same training in PyTorch 2.15.
///
/// Rounding differs between the two, so that losses may differ by 10⁻⁴ of themselves, gradients by
/// 10⁻⁵ + 10⁻⁴ of themselves, and weights by 10⁻⁴ after three epochs.
@Suite struct PyTorchParityTests {
  private struct Expected: Decodable {
    struct Epoch: Decodable {
      let train_loss: Double
      let train_accuracy: Double
      let val_loss: Double
      let val_accuracy: Double
    }
    let channel_mean: [Double]
    let channel_std: [Double]
    let step_loss: [Double]
    let epoch: [Epoch]
  }

  private struct Notes: TrainingObserver {
    var firstGradient: Parameters<Float>?
    var stepLosses: [Double] = []
    var epochs: [EpochReport] = []

    mutating func observe(_ event: TrainingEvent) {
      switch event {
      case .started(let moment): firstGradient = moment.gradient
      case .step(let step): stepLosses.append(step.loss)
      case .finishedEpoch(let report, _): epochs.append(report)
      case .warned, .diverged, .stopped: break
      }
    }
  }

  @Test func lossesGradientsAndWeightsAgree() throws {
    let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures/lenet")
    let expected = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
    let data = try ImageDataset.cifar10(in: folder.path)
    expectClose(data.normalization.mean, expected.channel_mean, absolute: 1e-12)
    expectClose(data.normalization.standardDeviation, expected.channel_std, absolute: 1e-12)

    let network = try Network.leNet5()
    var state = TrainingState(
      parameters: try parameters("init", of: network, in: folder),
      velocity: Parameters(zerosFor: network), generator: SeededGenerator(seed: 1))
    var options = TrainingOptions()
    options.epochs = 3
    options.batchSize = 32
    options.learningRate = 0.01
    options.shuffles = false
    options.threads = 2
    var notes = Notes()
    let outcome = try Trainer(options: options, loss: SoftmaxCrossEntropy(), now: { 0 }).fit(
      network, from: &state, training: data.training.source(normalization: data.normalization),
      validation: data.validation.source(normalization: data.normalization), observer: &notes)

    #expect(outcome == .finished)
    expectClose(notes.stepLosses, expected.step_loss, relative: 1e-4)
    expectClose(notes.epochs.map(\.training.loss), expected.epoch.map(\.train_loss), relative: 1e-4)
    expectClose(notes.epochs.map(\.validation.loss), expected.epoch.map(\.val_loss), relative: 1e-4)
    expectClose(notes.epochs.map(\.training.accuracy), expected.epoch.map(\.train_accuracy))
    expectClose(notes.epochs.map(\.validation.accuracy), expected.epoch.map(\.val_accuracy))
    expectClose(
      try #require(notes.firstGradient),
      try parameters("first_batch_gradients", of: network, in: folder),
      absolute: 1e-5, relative: 1e-4)
    expectClose(
      state.parameters, try parameters("final", of: network, in: folder), absolute: 1e-4)
  }

  private func parameters(
    _ name: String, of network: Network, in folder: URL
  ) throws -> Parameters<Float> {
    let path = folder.appendingPathComponent("\(name).safetensors").path
    return try Parameters(
      for: network,
      tensors: SafetensorsFile(contentsOf: path).tensors.map { ($0.name, $0.shape, $0.values) })
  }

  private func expectClose(
    _ found: Parameters<Float>, _ expected: Parameters<Float>, absolute: Double,
    relative: Double = 0
  ) {
    for slot in expected.slots {
      expectClose(
        found.values(of: slot).map(Double.init), expected.values(of: slot).map(Double.init),
        absolute: absolute, relative: relative, of: slot.name)
    }
  }

  private func expectClose(
    _ found: [Double], _ expected: [Double], absolute: Double = 1e-12, relative: Double = 0,
    of name: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    let worst =
      zip(found, expected)
      .map { abs($0 - $1) / (absolute + relative * abs($1)) }.max() ?? 0
    #expect(worst <= 1, "\(name) is off by \(worst) tolerances", sourceLocation: sourceLocation)
  }
}
