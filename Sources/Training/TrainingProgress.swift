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

  init(generator: SeededGenerator) {
    self.generator = generator
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
  public init(json: String) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    self = try decoder.decode(TrainingProgress.self, from: Data(json.utf8))
  }
}
