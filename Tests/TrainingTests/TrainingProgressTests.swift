import NeuralNet
import Randomness
import Testing
import Training

/// What a file holds of a training's progress is believed only if a training can have come to it.
@Suite struct TrainingProgressTests {
  @Test(arguments: [
    ("epoch", -1, "epoch is -1"), ("step", -5, "step is -5"),
    ("batchesDone", -5, "batchesDone is -5"), ("batchesDone", 13, "is not 13 batches"),
    ("epoch", .max, "epoch is"), ("step", .max, "step is"), ("batchesDone", .min, "batchesDone is"),
    ("epoch", 0, "is not 3 batches after epoch 0"), ("epoch", 4, "after epoch 4"),
    ("step", 14, "step 14"), ("correct", 25, "25 of 24"), ("correct", -1, "correct is -1"),
    ("count", .max, "count is"), ("count", 2, "20 of 2 samples"), ("batchesDone", 0, "epoch 2"),
  ])
  func whatNoTrainingComesToIsRefused(field: String, value: Int, words: String) throws {
    let json = try sample.json()
    let pattern = try Regex("\"\(field)\":[0-9]+")
    let changed = json.replacing(pattern, with: "\"\(field)\":\(value)")
    try #require(changed != json)
    let error = #expect(throws: DecodingError.self) { try TrainingProgress(json: changed) }
    guard case .dataCorrupted(let context) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(context.debugDescription.contains(words), "\(context.debugDescription)")
  }

  @Test func whatATrainingComesToIsRead() throws {
    #expect(try TrainingProgress(json: sample.json()) == sample)
  }

  @Test(arguments: ["", "{}", "[]", "null", "5", "{\"epoch\":1}"])
  func whatIsNoProgressIsRefused(json: String) {
    #expect(throws: DecodingError.self) { try TrainingProgress(json: json) }
  }

  /// Three batches of 8 after two epochs of five.
  private var sample: TrainingProgress {
    get throws {
      var progress = try TrainingFixture().start().progress
      progress.epoch = 2
      progress.step = 13
      progress.batchesDone = 3
      progress.partialLoss.correct = 20
      progress.partialLoss.count = 24
      return progress
    }
  }
}
