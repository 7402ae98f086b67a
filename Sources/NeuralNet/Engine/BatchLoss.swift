/// The loss of a batch or of a whole data set.
public struct BatchLoss: Sendable, Equatable, Codable {
  /// The sum of the samples' losses.
  public var lossSum = 0.0
  /// The number of samples whose answer is right.
  public var correct = 0
  /// The number of samples.
  public var count = 0

  /// Nothing yet.
  public init() {}

  /// The mean loss; NaN of no samples.
  public var loss: Double { lossSum / Double(count) }

  /// The fraction of right answers; NaN of no samples.
  public var accuracy: Double { Double(correct) / Double(count) }

  /// Adds the samples of another batch.
  public static func += (total: inout BatchLoss, batch: BatchLoss) {
    total.lossSum += batch.lossSum
    total.correct += batch.correct
    total.count += batch.count
  }
}
