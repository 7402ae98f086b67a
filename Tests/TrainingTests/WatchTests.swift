import Foundation
import NeuralNet
import Testing

@testable import Training

/// What a trainer notices: losses that are no numbers, losses that jump, layers that are dead.
@Suite struct WatchTests {
  @Test func aLossThatIsNotANumberEndsTheTraining() throws {
    var fixture = try TrainingFixture()
    fixture.options.learningRate = 1e30
    var state = fixture.start()
    var log = TrainingFixture.Log()
    let error = #expect(throws: Divergence.self) { try fixture.train(&state, log: &log) }
    #expect(log.divergences.map(\.localizedDescription) == [error?.localizedDescription])
    #expect(error?.epoch == 1)
    #expect(error?.localizedDescription.contains("epoch 1, batch") == true)
    #expect(log.epochs.isEmpty)
  }

  @Test func theTrainingGoesOnIfItShould() throws {
    var fixture = try TrainingFixture()
    fixture.options.learningRate = 1e30
    fixture.options.onDivergence = .continue
    var state = fixture.start()
    var log = TrainingFixture.Log()
    #expect(try fixture.train(&state, log: &log) == .finished)
    #expect(log.divergences.count == 1)
    #expect(log.epochs.count == 4)
  }

  @Test func theFirstLayerThatBreaksIsNamed() throws {
    let fixture = try TrainingFixture()
    func origin(_ change: (inout Parameters<Float>) -> Void) -> Divergence.Origin {
      var parameters = fixture.start().parameters
      change(&parameters)
      return Divergence.Origin(
        in: fixture.network, at: parameters, samples: [0, 1, 2], from: fixture.samples)
    }
    let second = fixture.network.nodes[2].parameters
    #expect(origin { $0.values[second.lowerBound] = .nan } == .parameters(layer: "fc2"))
    #expect(origin { $0.values[0] = .infinity } == .parameters(layer: "fc1"))
    #expect(
      origin { for index in 0..<24 { $0.values[index] = 3e38 } } == .outputs(layer: "fc1"))
    #expect(origin { _ in } == .loss)
  }

  @Test func aDeadLayerIsNamedOnce() throws {
    let fixture = try TrainingFixture()
    var state = fixture.start()
    // Biases so far below zero that no input can lift a unit.
    for index in 24..<30 { state.parameters.values[index] = -100 }
    var log = TrainingFixture.Log()
    try fixture.train(&state, log: &log)
    #expect(log.warnings == [.deadLayer(layer: "relu1", epoch: 1, step: 7)])
  }

  @Test func aLivingLayerIsNotNamed() throws {
    let fixture = try TrainingFixture()
    var state = fixture.start()
    var log = TrainingFixture.Log()
    try fixture.train(&state, log: &log)
    #expect(log.warnings.isEmpty)
  }

  @Test func aJumpOfTheLossIsNoticedOnce() {
    var monitor = LossMonitor()
    for step in 0..<150 {
      #expect(monitor.medianExceeded(by: Double(step % 3 + 1), epoch: 1) == nil)
    }
    for loss in [20, 20.5, 1000, 1, .nan, 1000, 20.5] {
      #expect(monitor.medianExceeded(by: loss, epoch: 1) == nil)
    }
    #expect(monitor.medianExceeded(by: 20.5, epoch: 1) == 2)
    for _ in 0..<10 { #expect(monitor.medianExceeded(by: 1e6, epoch: 2) == nil) }
  }

  /// As of a training that goes well: its median becomes small, and single batches stay hard.
  @Test func aLossBelowThatOfTheBeginningIsNoJump() {
    var monitor = LossMonitor()
    for step in 0..<5_000 {
      let usual = 2.3 * (1 / Double(1 + step))
      let loss = step % 400 < 10 ? min(2.2, 100 * usual) : usual
      #expect(monitor.medianExceeded(by: loss, epoch: 1) == nil, "\(step)")
    }
  }

  @Test func aStoredMonitorGoesOnAsItWas() throws {
    var monitor = LossMonitor()
    for _ in 0..<20 { _ = monitor.medianExceeded(by: 1, epoch: 1) }
    for _ in 0..<2 { _ = monitor.medianExceeded(by: 20, epoch: 1) }
    var stored = try JSONDecoder().decode(
      LossMonitor.self, from: JSONEncoder().encode(monitor))
    #expect(stored == monitor)
    #expect(stored.medianExceeded(by: 20, epoch: 1) == 1)
  }

  @Test func theMedianIsThatOfTheLastHundred() {
    var monitor = LossMonitor()
    var losses: [Double] = []
    for step in 0..<400 {
      let loss = 1 + Double(step * 7919 % 101) / 100
      _ = monitor.medianExceeded(by: loss, epoch: 1)
      losses.append(loss)
    }
    let median = (losses.suffix(98) + [1e9, 1e9]).sorted()[50]
    for _ in 0..<2 { #expect(monitor.medianExceeded(by: 1e9, epoch: 1) == nil) }
    #expect(monitor.medianExceeded(by: 1e9, epoch: 1) == median)
  }
}
