import Randomness
import RunStore

/// Whether groups of runs differ: a permutation test of each pair, with Holm's correction over all of them.
public struct GroupTests: Sendable {
  private let statistics: GroupStatistics
  private let hasBaseline: Bool
  private var rows: [Row]

  fileprivate struct Row {
    let first: GroupStatistics.Group
    let second: GroupStatistics.Group
    let comparison: GroupComparison
    /// The p-value after the correction; NaN without a test.
    let corrected: Double
    /// How many pairs are tested, for which p-values are corrected.
    let testCount: Int
  }

  /// Tests each group against those after it.
  /// - Parameters:
  ///   - baseline: What a person calls the group that all others are compared with; nil for all pairs.
  ///   - generator: Draws relabellings where there are too many to try all.
  /// - Throws: `ComparisonError.unknownBaseline`, `ComparisonError.ambiguousBaseline`.
  public init(
    _ statistics: GroupStatistics, baseline: String? = nil, using generator: inout SeededGenerator
  ) throws {
    self.statistics = statistics
    hasBaseline = baseline != nil
    let pairs = try statistics.pairs(baseline: baseline)
    let indexes = statistics.pairingIndexes
    let comparisons = pairs.map { first, second in
      GroupComparison(
        first.observations(statistics.over, indexes), second.observations(statistics.over, indexes),
        using: &generator)
    }
    let corrected = HolmCorrection.adjusted(comparisons.map { $0.test?.pValue ?? .nan })
    let testCount = comparisons.count { $0.test != nil }
    rows = zip(zip(pairs, comparisons), corrected).map { row, corrected in
      Row(
        first: row.0.0, second: row.0.1, comparison: row.1, corrected: corrected,
        testCount: testCount)
    }
  }

  /// The tests of the groups that are shown, against each other or the baseline. The correction is for all.
  public func among(_ shown: GroupStatistics) -> GroupTests {
    var few = self
    let names = Set(shown.groups.map(\.settings))
    few.rows = rows.filter {
      names.contains($0.first.settings) && (hasBaseline || names.contains($0.second.settings))
    }
    return few
  }

  /// A line for each pair. `p` is the test's own p-value, `p_holm` the one to compare with a level, and `p_min`
  /// the smallest that so many runs can reach. Too few runs give no p-value but say how many are missing.
  public var table: Table {
    Table(
      columns: [
        Table.Column("first", importance: Table.Column.mostImportant),
        Table.Column("second", importance: Table.Column.mostImportant), "design",
        Table.Column("difference", importance: 2), "effect", "effect_size", "p",
        Table.Column("p_holm", importance: Table.Column.mostImportant), "p_min", "method",
      ],
      rows: rows.map { row in
        let comparison = row.comparison
        return [
          .text(row.first.name), .text(row.second.name), .text(comparison.design(statistics.over)),
          .init(finite: comparison.difference), .text(comparison.effectName),
          .init(finite: comparison.effectSize), .init(comparison.test?.pValue),
          comparison.test == nil ? .null : .real(row.corrected),
          .init(comparison.test?.smallestPValue), .text(comparison.method),
        ]
      })
  }

  /// What each test says, in a sentence.
  public func sentences(goal: MetricGoal?) -> [String] {
    rows.map { $0.sentence(statistics, goal) }
  }
}

extension GroupTests.Row {
  /// At which p-value people commonly speak of a difference.
  private static var level: Double { 0.05 }

  fileprivate func sentence(_ statistics: GroupStatistics, _ goal: MetricGoal?) -> String {
    let metric = statistics.metric
    let (one, other) = (first.words(statistics), second.words(statistics))
    guard let test = comparison.test else {
      return "\(metric) of \(one) and \(other) was not tested: \(comparison.method)."
    }
    let amount = NumberText.rounded(comparison.difference.magnitude)
    let direction =
      comparison.difference == 0
      ? "the same as" : "\(comparison.difference < 0 ? "lower" : "higher") by \(amount) than"
    let judgement = goal.flatMap { goal -> String? in
      guard comparison.difference != 0 else { return nil }
      return (comparison.difference < 0) == (goal == .minimum) ? " (better)" : " (worse)"
    }
    let reachable = min(1, test.smallestPValue * Double(testCount))
    let numbers = [corrected, test.smallestPValue, reachable].map { String(format: "%.2g", $0) }
    let isCorrected = testCount > 1
    let meaning =
      if corrected <= Self.level {
        "a difference that chance makes rarely"
      } else if reachable > Self.level {
        "so few runs cannot show a difference: the smallest p they can reach is \(numbers[1])"
          + (isCorrected ? ", corrected \(numbers[2])" : "")
      } else {
        "no difference is shown"
      }
    return "Mean \(metric) of \(one) is \(direction) that of \(other)\(judgement ?? ""),"
      + " p = \(numbers[0])\(isCorrected ? ", corrected for \(testCount) tests" : ""): \(meaning)."
  }
}

extension GroupStatistics {
  /// Each pair once, the earlier group first; with a baseline, the others against it.
  fileprivate func pairs(baseline: String?) throws -> [(Group, Group)] {
    if let baseline {
      let base = try group(called: baseline)
      return groups.filter { $0.settings != base.settings }.map { ($0, base) }
    }
    return groups.indices.flatMap { first in
      groups[(first + 1)...].map { (groups[first], $0) }
    }
  }

  /// The group that a person means; its words come before what its setting may be typed as.
  private func group(called name: String) throws -> Group {
    if let group = groups.first(where: { $0.name == name }) { return group }
    let meant = groups.filter { $0.settings.count == 1 && $0.settings[0].isTyped(as: name) }
    switch meant.count {
    case 1: return meant[0]
    case 0: throw ComparisonError.unknownBaseline(name, known: groups.map(\.name))
    default: throw ComparisonError.ambiguousBaseline(name, candidates: meant.map(\.name))
    }
  }

  /// A number for each value of the pairing parameter, so that any type can pair.
  fileprivate var pairingIndexes: [Setting: Int64] {
    let values = Set(groups.flatMap(\.runs).map { $0.setting(over) }).filter { $0.value != nil }
    return Dictionary(uniqueKeysWithValues: zip(values.sorted(), Int64(0)...))
  }
}

extension GroupStatistics.Group {
  /// One value a run, in the order of the pairing values.
  fileprivate func observations(
    _ over: String, _ indexes: [Setting: Int64]
  ) -> [GroupComparison.Observation] {
    zip(runs, values).map { run, value in
      GroupComparison.Observation(seed: indexes[run.setting(over)], value: value)
    }
  }

  /// The settings with their names: `lr 0.1, momentum 0.9`.
  public func words(_ statistics: GroupStatistics) -> String {
    zip(statistics.parameters, settings).map { "\($0) \($1.words)" }.joined(separator: ", ")
  }
}

extension GroupComparison {
  /// The test, if there was one.
  fileprivate var test: PermutationTest? {
    if case .tested(let test) = outcome { test } else { nil }
  }

  fileprivate var effectName: String {
    switch design {
    case .paired: "Cohen's d_z"
    case .twoSample: "Hedges' g"
    }
  }

  fileprivate func design(_ over: String) -> String {
    switch design {
    case .paired(let pairs, 0): "\(pairs) pairs by \(over)"
    case .paired(let pairs, let unpaired): "\(pairs) pairs by \(over), \(unpaired) unpaired"
    case .twoSample(let first, let second): "two samples, \(first) and \(second)"
    }
  }

  /// How the p-value was found, or why there is none.
  fileprivate var method: String {
    switch outcome {
    case .needsMoreSeeds(let count): "needs \(count) more seed\(count == 1 ? "" : "s")"
    case .notFinite: "a run diverged"
    case .tested(let test):
      switch (design, test.method) {
      case (.paired, .exact(let count)): "exact sign flips, \(count)"
      case (.paired, .monteCarlo(let count)): "random sign flips, \(count)"
      case (.twoSample, .exact(let count)): "exact permutations, \(count)"
      case (.twoSample, .monteCarlo(let count)): "random permutations, \(count)"
      }
    }
  }
}

extension SQLValue {
  /// The number; null for none, and for one that is not finite.
  fileprivate init(finite number: Double?) {
    self.init(number.flatMap { $0.isFinite ? $0 : nil })
  }
}
