import Foundation
import RunStore

/// How much of a metric's differences between runs a parameter explains.
enum ParameterInfluence {
  /// The `count` of `parameters` that explain most, in their order.
  /// - Parameter results: The metric of each of `runs`; what is not finite ranks last.
  static func largest(
    _ count: Int, of parameters: [String], on results: [Double], in runs: [ComparedRun]
  ) -> [String] {
    guard parameters.count > count else { return parameters }
    let ranks = ranks(of: results)
    let shares = parameters.map { name in share(of: runs.map { $0.parameters[name] }, in: ranks) }
    let chosen = Set(
      parameters.indices.sorted { shares[$0] != shares[$1] ? shares[$0] > shares[$1] : $0 < $1 }
        .prefix(count))
    return parameters.indices.filter(chosen.contains).map { parameters[$0] }
  }

  /// The share of the variance of `ranks` between 0 and 1 that groups of equal settings explain, or a rank
  /// correlation if all settings are numbers (η² and Spearman's ρ²; both less what chance explains).
  static func share(of settings: [SQLValue?], in ranks: [Double]) -> Double {
    let groups = Dictionary(grouping: settings.indices) { settings[$0] }
    let mean = Statistics.mean(ranks)
    let total = ranks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard total > 0, groups.count > 1 else { return 0 }
    let between = groups.values.reduce(0.0) { sum, members in
      let distance = members.reduce(0) { $0 + ranks[$1] } / Double(members.count) - mean
      return sum + Double(members.count) * distance * distance
    }
    let byGroups = adjusted(between / total, runs: ranks.count, groups: groups.count)
    let numbers = settings.compactMap { $0?.real }
    guard numbers.count == settings.count else { return byGroups }
    let places = self.ranks(of: numbers)
    let spread = places.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let product = zip(places, ranks).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
    return max(
      byGroups, adjusted(product * product / (spread * total), runs: ranks.count, groups: 2))
  }

  /// What is left of a share after what as many groups would explain by chance.
  private static func adjusted(_ share: Double, runs: Int, groups: Int) -> Double {
    runs > groups ? max(0, 1 - (1 - share) * Double(runs - 1) / Double(runs - groups)) : 0
  }

  /// The rank of each value, from 1; equal ones share the mean of theirs, and what is not finite is last.
  private static func ranks(of values: [Double]) -> [Double] {
    let keys = values.map { $0.isFinite ? $0 : .infinity }
    let order = keys.indices.sorted { keys[$0] < keys[$1] }
    var ranks = Array(repeating: 0.0, count: keys.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, keys[order[end]] == keys[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end + 1) / 2 }
      start = end
    }
    return ranks
  }
}
