import Foundation
import Randomness
import RunStore

/// A tracker file with many small runs, made from a seed.
struct ComparisonFile {
  /// The number of runs; they differ in five parameters.
  var runs: Int
  /// The number of epochs, each with four metrics.
  var epochs = 100

  private static let metrics = ["train/loss", "train/accuracy", "val/loss", "val/accuracy"]

  /// Writes the file.
  func write(to path: String) throws {
    let database = try RunDatabase(writingTo: path)
    var generator = SeededGenerator(seed: 1)
    // The runs are alike but for their numbers; a fixed time makes equal files.
    let start = Date(timeIntervalSince1970: 1_767_225_600)
    for number in 0..<runs {
      let rate = pow(10, -3 + 3 * generator.nextUnit())
      let time = start.addingTimeInterval(Double(number) * 60)
      let run = try database.createRun(
        RunDraft(
          name: "run-\(number)", startedAt: time, recipe: "lenet", seed: number % 5,
          parameters: [
            "lr": .real(rate), "momentum": .real(Double(number % 4) * 0.3),
            "batch_size": .integer(32 << Int64(number % 3)), "seed": .integer(Int64(number % 5)),
            "schedule": .text(number.isMultiple(of: 2) ? "constant" : "cosine"),
          ])
      ).id
      try database.record(
        RunBatch(time: time, metrics: points(rate: rate, using: &generator)), run: run)
      try database.finishRun(run, status: .finished, at: time.addingTimeInterval(30))
    }
  }

  /// Losses that fall towards a floor, and accuracies that rise with them.
  private func points(rate: Double, using generator: inout SeededGenerator) -> [MetricPoint] {
    (1...epochs).flatMap { epoch in
      let loss = 0.3 + abs(log10(rate) + 1.5) / 3 + 2 * exp(-Double(epoch) / 20)
      let noisy = loss * (1 + 0.05 * generator.nextUnit())
      return zip(Self.metrics, [loss, exp(-loss), noisy, exp(-noisy)]).map { name, value in
        MetricPoint(name: name, step: epoch * 469, epoch: epoch, value: value)
      }
    }
  }
}
