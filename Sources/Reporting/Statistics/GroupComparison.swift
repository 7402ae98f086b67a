import Randomness

/// Whether two groups of runs differ in a metric: by how much, and how surely.
public struct GroupComparison: Sendable, Hashable {
  /// One run's part: its seed, if it has one, and its value.
  public struct Observation: Sendable, Hashable {
    /// What pairs this run with one of the other group.
    public let seed: Int64?
    /// The metric.
    public let value: Double

    /// The value that the run with `seed` reached.
    public init(seed: Int64?, value: Double) {
      self.seed = seed
      self.value = value
    }
  }

  /// How the groups were set side by side.
  public enum Design: Sendable, Hashable {
    /// Seed by seed, in this many pairs; the larger group had `unpaired` runs with no partner.
    case paired(pairs: Int, unpaired: Int)
    /// As two unrelated samples of these sizes.
    case twoSample(Int, Int)
  }

  /// What the test came to.
  public enum Outcome: Sendable, Hashable {
    /// The test, with its p-value.
    case tested(PermutationTest)
    /// Too few runs for any statement: each group needs up to this many more seeds.
    case needsMoreSeeds(Int)
    /// A run diverged, so that there is no difference of means to test.
    case notFinite
  }

  /// No p-value is given for fewer runs, or pairs, than this.
  public static let smallestSample = 3

  /// How the groups were set side by side.
  public let design: Design
  /// The difference of the means, first minus second; over the pairs if there are pairs.
  public let difference: Double
  /// Cohen's d_z for pairs, Hedges' g for two samples; nil where the values do not spread but for rounding.
  public let effectSize: Double?
  /// What the test came to.
  public let outcome: Outcome

  /// Compares `first` with `second`.
  ///
  /// The test is paired if no seed repeats within a group and each seed of the smaller group is found in the
  /// other; then what the seed does to both runs alike (initial weights, order of data) cancels.
  /// - Parameter generator: Used only where there are too many relabellings to try all.
  public init(
    _ first: [Observation], _ second: [Observation], using generator: inout SeededGenerator
  ) {
    let rounding = 16 * .ulpOfOne * ((first + second).map(\.value.magnitude).max() ?? 0)
    if let differences = Self.pairedDifferences(first, second) {
      let runs = max(first.count, second.count)
      design = .paired(pairs: differences.count, unpaired: runs - differences.count)
      difference = Statistics.mean(differences)
      let isSpread = Statistics.standardDeviation(differences) > rounding
      effectSize = isSpread ? EffectSize.pairedD(differences) : nil
      outcome = Self.outcome(size: differences.count, values: differences) {
        .paired(differences, using: &generator)
      }
    } else {
      let (values1, values2) = (first.map(\.value), second.map(\.value))
      design = .twoSample(first.count, second.count)
      difference = Statistics.mean(values1) - Statistics.mean(values2)
      let isSpread = [values1, values2].contains { Statistics.standardDeviation($0) > rounding }
      effectSize = isSpread ? EffectSize.hedgesG(values1, values2) : nil
      outcome = Self.outcome(size: min(first.count, second.count), values: values1 + values2) {
        .twoSample(values1, values2, using: &generator)
      }
    }
  }

  private static func outcome(
    size: Int, values: [Double], test: () -> PermutationTest
  ) -> Outcome {
    if size < smallestSample { return .needsMoreSeeds(smallestSample - size) }
    return values.allSatisfy(\.isFinite) ? .tested(test()) : .notFinite
  }

  /// First minus second, in the order of the seeds; absent if the groups do not pair.
  private static func pairedDifferences(
    _ first: [Observation], _ second: [Observation]
  ) -> [Double]? {
    guard let values1 = valuesBySeed(first), let values2 = valuesBySeed(second) else { return nil }
    let common = values1.keys.filter { values2[$0] != nil }.sorted()
    guard !common.isEmpty, common.count == min(values1.count, values2.count) else { return nil }
    return common.compactMap { seed in
      guard let value1 = values1[seed], let value2 = values2[seed] else { return nil }
      return value1 - value2
    }
  }

  /// The values by seed; absent if a seed is missing or repeats.
  private static func valuesBySeed(_ group: [Observation]) -> [Int64: Double]? {
    var values: [Int64: Double] = [:]
    for observation in group {
      guard let seed = observation.seed, values.updateValue(observation.value, forKey: seed) == nil
      else { return nil }
    }
    return values
  }
}
