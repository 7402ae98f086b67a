import Foundation
import NeuralNet
import Randomness

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
