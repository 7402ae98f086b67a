import Foundation
import Testing
import Training

/// The command line against PyTorch 2.15: the same images, initial weights and settings.
@Suite struct ParityCommandTests {
  private struct Expected: Decodable {
    struct Epoch: Decodable {
      let train_loss: Double
      let val_loss: Double
    }
    let step_loss: [Double]
    let epoch: [Epoch]
  }

  private let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("TrainingTests/Fixtures/lenet")

  @Test func lossesAndWeightsAgreeWithPyTorch() async throws {
    let expected = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: fixtures.appendingPathComponent("expected.json")))
    let workplace = try Workplace()
    let outcome = try await workplace.tracker([
      "run", "lenet", "--data", "cifar10", "--data-dir", fixtures.path, "--init-weights",
      fixtures.appendingPathComponent("init.safetensors").path, "--no-shuffle", "--batch-size",
      "32", "--epochs", "3", "--lr", "0.01", "--momentum", "0.9", "--log-steps", "--quiet",
    ])
    try #require(outcome.status == .exited(0), "\(outcome.errors)")
    let database = try workplace.database()
    func values(_ name: String) throws -> [Double] {
      try database.metrics(ofRun: 1, name: name).map(\.value)
    }
    expectClose(try values("train/step_loss"), expected.step_loss)
    expectClose(try values("train/loss"), expected.epoch.map(\.train_loss))
    expectClose(try values("val/loss"), expected.epoch.map(\.val_loss))
    let final = try SafetensorsFile(
      contentsOf: fixtures.appendingPathComponent("final.safetensors").path)
    let weights = try database.snapshot(ofRun: 1).tensors
    #expect(weights.count == final.tensors.count)
    for tensor in final.tensors {
      let found = try #require(weights.first { $0.name == tensor.name })
      #expect(found.shape == tensor.shape)
      let worst = zip(found.values, tensor.values).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst <= 1e-4, "\(tensor.name) is off by \(worst)")
    }
  }

  /// Rounding differs: losses may differ by 10⁻⁴ of themselves.
  private func expectClose(
    _ found: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    let worst = zip(found, expected).map { abs($0 - $1) / abs($1) }.max() ?? .infinity
    #expect(worst <= 1e-4, "off by \(worst)", sourceLocation: sourceLocation)
  }
}
