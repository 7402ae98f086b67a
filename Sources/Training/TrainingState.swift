import Foundation
import NeuralNet
import Randomness

/// Everything that the rest of a training depends on. To store it is to be able to go on with the
/// same bits.
public struct TrainingState: Sendable, Equatable {
  /// The weights and biases.
  public var parameters: Parameters<Float>
  /// The optimizer's momentum.
  public var velocity: Parameters<Float>
  /// Where the training stands.
  public var progress: TrainingProgress

  /// The state before the first step; `generator` will draw the order of the samples.
  public init(
    parameters: Parameters<Float>, velocity: Parameters<Float>, generator: SeededGenerator
  ) {
    self.parameters = parameters
    self.velocity = velocity
    progress = TrainingProgress(generator: generator)
  }

  /// Takes up a stored state.
  public init(
    parameters: Parameters<Float>, velocity: Parameters<Float>, progress: TrainingProgress
  ) {
    self.parameters = parameters
    self.velocity = velocity
    self.progress = progress
  }
}

/// Where a training stands: the small part of its state.
public struct TrainingProgress: Sendable, Equatable, Codable {
  /// The number of finished epochs.
  public var epoch = 0
  /// The number of optimizer steps made.
  public var step = 0
  /// The number of batches of the unfinished epoch that are done.
  public var batchesDone = 0
  /// The losses of those batches.
  public var partialLoss = BatchLoss()
  /// The training time of those batches, in seconds.
  public var partialSeconds = 0.0
  /// The generator as it was when the unfinished epoch began: it draws the order of the samples.
  public var generator: SeededGenerator
  /// What to judge the next losses by.
  var watch = TrainingWatch()

  init(generator: SeededGenerator) {
    self.generator = generator
  }

  /// Goes on by an optimizer step.
  /// - Parameter loss: The losses of its batch, before the step.
  mutating func finishBatch(_ loss: BatchLoss, seconds: Double) {
    step += 1
    batchesDone += 1
    partialLoss += loss
    partialSeconds += seconds
  }

  /// Goes on to the next epoch, whose order `generator` will draw.
  mutating func finishEpoch(nextFrom generator: SeededGenerator) {
    self.generator = generator
    epoch += 1
    batchesDone = 0
    partialLoss = BatchLoss()
    partialSeconds = 0
  }

  /// Takes note of the loss of the batch that was finished last: a warning if it jumps.
  mutating func lossJump(to loss: Double) -> TrainingWarning? {
    watch.losses.medianExceeded(by: loss, epoch: epoch + 1).map { median in
      .lossJump(epoch: epoch + 1, batch: batchesDone, step: step, loss: loss, median: median)
    }
  }

  /// Reads a stored progress.
  /// - Throws: `DecodingError` for one that no training comes to, with the reason in words.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    epoch = try container.decode(Int.self, forKey: .epoch)
    step = try container.decode(Int.self, forKey: .step)
    batchesDone = try container.decode(Int.self, forKey: .batchesDone)
    partialLoss = try container.decode(BatchLoss.self, forKey: .partialLoss)
    partialSeconds = try container.decode(Double.self, forKey: .partialSeconds)
    generator = try container.decode(SeededGenerator.self, forKey: .generator)
    // The first versions of this program did not store it.
    watch = try container.decodeIfPresent(TrainingWatch.self, forKey: .watch) ?? TrainingWatch()
    if let problem {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: problem))
    }
  }
}

extension TrainingProgress {
  /// More than any training counts to, and far enough from the largest number to count on.
  private static let largestCount = 1 << 53

  /// Why no training comes to this, in words; nil if one does. The loss may be anything.
  private var problem: String? {
    let counts = [
      ("epoch", epoch), ("step", step), ("batchesDone", batchesDone),
      ("partialLoss.correct", partialLoss.correct), ("partialLoss.count", partialLoss.count),
    ]
    for (name, count) in counts where !(0...Self.largestCount).contains(count) {
      return "\(name) is \(count)"
    }
    // All finished epochs had the same number of batches, and the unfinished one has more than are done.
    let earlier = step - batchesDone
    let isRegular =
      epoch == 0
      ? earlier == 0 : earlier.isMultiple(of: epoch) && batchesDone < earlier / epoch
    guard isRegular else {
      return "step \(step) is not \(batchesDone) batches after epoch \(epoch)"
    }
    guard partialLoss.correct <= partialLoss.count, partialLoss.count >= batchesDone,
      partialLoss.count == 0 || batchesDone > 0
    else {
      return "\(partialLoss.correct) of \(partialLoss.count) samples are right after"
        + " \(batchesDone) batches"
    }
    return nil
  }
}

extension TrainingProgress {
  /// The progress as JSON, in the form that `init(json:)` reads.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Reads what `json()` wrote.
  /// - Throws: `DecodingError` for what is no progress, or one that no training comes to.
  public init(json: String) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    self = try decoder.decode(TrainingProgress.self, from: Data(json.utf8))
  }
}
