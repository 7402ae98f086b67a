import Randomness
import RunStore

extension Table {
  /// A permutation test of each pair of groups, with Holm's correction over all of them.
  ///
  /// `p` is the test's own p-value, `p_holm` the one to compare with a level. Too few runs give no
  /// p-value but say how many are missing.
  /// - Parameters:
  ///   - baseline: The words of the group that all others are compared with; nil for all pairs.
  ///   - generator: Draws relabellings where there are too many to try all.
  /// - Throws: `ComparisonError.unknownBaseline`.
  public static func groupTests(
    _ statistics: GroupStatistics, baseline: String? = nil,
    using generator: inout SeededGenerator
  ) throws -> Table {
    let pairs = try statistics.pairs(baseline: baseline)
    let indexes = statistics.pairingIndexes
    let comparisons = pairs.map { first, second in
      GroupComparison(
        first.observations(statistics.over, indexes), second.observations(statistics.over, indexes),
        using: &generator)
    }
    let corrected = HolmCorrection.adjusted(comparisons.map { $0.test?.pValue ?? .nan })
    return Table(
      columns: [
        "first", "second", "design", "difference", "effect", "effect_size", "p", "p_holm", "method",
      ],
      rows: zip(zip(pairs, comparisons), corrected).map { row, holm in
        let ((first, second), comparison) = row
        return [
          .text(first.name), .text(second.name), .text(comparison.design(statistics.over)),
          .real(comparison.difference), .text(comparison.effectName), .real(comparison.effectSize),
          .init(comparison.test?.pValue), comparison.test == nil ? .null : .real(holm),
          .text(comparison.method),
        ]
      })
  }
}

extension GroupStatistics {
  /// Each pair once, the earlier group first; with a baseline, the others against it.
  fileprivate func pairs(baseline: String?) throws -> [(Group, Group)] {
    if let baseline {
      guard let base = groups.first(where: { $0.name == baseline }) else {
        throw ComparisonError.unknownBaseline(baseline, known: groups.map(\.name))
      }
      return groups.filter { $0.name != baseline }.map { ($0, base) }
    }
    return groups.indices.flatMap { first in
      groups[(first + 1)...].map { (groups[first], $0) }
    }
  }

  /// A number for each value of the pairing parameter, so that any type can pair.
  fileprivate var pairingIndexes: [SQLValue: Int64] {
    let values = Set(groups.flatMap(\.runs).compactMap { $0.setting(over) })
      .sorted { PlainStyle.text(of: $0) < PlainStyle.text(of: $1) }
    return Dictionary(uniqueKeysWithValues: zip(values, Int64(0)...))
  }
}

extension GroupStatistics.Group {
  /// One value a run, in the order of the pairing values.
  fileprivate func observations(
    _ over: String, _ indexes: [SQLValue: Int64]
  ) -> [GroupComparison.Observation] {
    zip(runs, values).map { run, value in
      GroupComparison.Observation(seed: run.setting(over).flatMap { indexes[$0] }, value: value)
    }
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
