import NeuralNet
import Recording
import RunStore

/// How far the losses of a run that another revision of the engine made are from those of this one: of each
/// step, or, where the run did not log them, of each epoch.
///
/// Sums in another order differ in the last digits, and training makes more of that with every step: the first
/// steps show whether it is the same run, the later ones only how far it has drifted.
public struct LossAgreement: Sendable, Equatable {
  /// How far a loss is from the other, of the larger of the two.
  public struct Deviation: Sendable, Equatable {
    /// The optimizer step.
    public let step: Int
    /// 0 for equal ones; infinite where one of them is no number.
    public let relative: Double
  }

  /// The steps within which the losses must agree; if there is none, the first one after them must.
  public static let checkedSteps = 100
  /// The largest relative difference that is due to rounding.
  public static let tolerance = 1e-5

  /// The revision of the engine that made the run.
  public let storedRevision: Int
  /// The revision of this engine.
  public let currentRevision: Int
  /// The metric that was compared.
  public let metric: String
  /// The largest deviation within the first steps; nil if no loss is there to be compared.
  public let largest: Deviation?
  /// The largest deviation after them; nil if there are none.
  public let largestLater: Deviation?
  /// The first step after them whose deviation is above the tolerance.
  public let firstLaterAbove: Int?

  /// Whether the first steps show that it is the same run.
  public var agrees: Bool { largest.map { $0.relative <= Self.tolerance } ?? false }

  /// Compares the losses that both runs recorded.
  /// - Parameters:
  ///   - stored: The losses of the run, by step.
  ///   - repeated: Those of its repetition.
  ///   - start: The step after which it was repeated.
  init(
    stored: [Int: Double], repeated: [Int: Double], metric: String = MetricName.stepLoss,
    after start: Int = 0, storedRevision: Int
  ) {
    let deviations = stored.keys.filter { $0 > start }.sorted().compactMap { step in
      repeated[step].map {
        Deviation(step: step, relative: Self.relativeDifference(stored[step] ?? .nan, $0))
      }
    }
    let early = deviations.prefix { $0.step <= start + Self.checkedSteps }
    let checked = early.isEmpty ? deviations.prefix(1) : early
    let later = deviations.dropFirst(checked.count)
    self.metric = metric
    self.storedRevision = storedRevision
    currentRevision = EngineRevision.current
    largest = checked.max { $0.relative < $1.relative }
    largestLater = later.max { $0.relative < $1.relative }
    firstLaterAbove = later.first { $0.relative > Self.tolerance }?.step
  }

  private static func relativeDifference(_ first: Double, _ second: Double) -> Double {
    if first == second || first.isNaN && second.isNaN { return 0 }
    let difference = abs(first - second) / max(abs(first), abs(second))
    return difference.isNaN ? .infinity : difference
  }
}

extension LossAgreement {
  /// Compares the losses of a stored run with those of its repetition, run 1 of a file of its own.
  init(
    ofRun run: Int, in file: RunDatabase, with repetition: RunDatabase, after start: Int,
    storedRevision: Int
  ) throws {
    func losses(_ metric: String, _ run: Int, _ database: RunDatabase) throws -> [Int: Double] {
      try database.metrics(ofRun: run, name: metric).reduce(into: [:]) { $0[$1.step] = $1.value }
    }
    var metric = MetricName.stepLoss
    if try losses(metric, run, file).isEmpty { metric = MetricName.trainingLoss }
    self.init(
      stored: try losses(metric, run, file), repeated: try losses(metric, 1, repetition),
      metric: metric, after: start, storedRevision: storedRevision)
  }
}

extension [String: SQLValue] {
  /// The revision of the engine that made a run, from the environment of the run.
  var engineRevision: Int { self[engineRevisionFact]?.integer.map { Int($0) } ?? 1 }
}
