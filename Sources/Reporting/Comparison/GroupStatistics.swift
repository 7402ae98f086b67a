import Randomness
import RunStore

/// What a metric comes to over the runs that share a setting, and whether the settings differ.
public struct GroupStatistics: Sendable {
  /// Which value of a metric stands for a run.
  public enum Choice: String, Sendable, CaseIterable {
    /// The last; it does not profit from having been looked at often.
    case final
    /// The best.
    case best
  }

  /// The runs that share the settings.
  public struct Group: Sendable {
    /// The value of each grouping parameter; null where a run has none.
    public let settings: [SQLValue]
    /// The runs, by id.
    public let runs: [ComparedRun]
    /// One value a run, in the same order; NaN and infinities are the diverged ones.
    public let values: [Double]

    /// The settings in words.
    var name: String { settings.map(PlainStyle.text).joined(separator: ", ") }
  }

  /// The parameters that make the groups.
  public let parameters: [String]
  /// The parameter that pairs runs, such as the seed.
  public let over: String
  /// The metric.
  public let metric: String
  /// The groups, by their settings.
  public let groups: [Group]

  /// Groups runs; those without the metric are left out.
  /// - Throws: `ComparisonError` if no run has the metric or a parameter.
  public init(
    _ runs: [ComparedRun], by parameters: [String], over: String, metric: String, choice: Choice
  ) throws {
    let measured = runs.filter { $0.metrics[metric] != nil }
    guard !measured.isEmpty else {
      throw ComparisonError.noRunWithMetric(
        metric, known: Set(runs.flatMap(\.metrics.keys)).sorted())
    }
    for name in parameters where measured.allSatisfy({ $0.setting(name) == nil }) {
      throw ComparisonError.noRunWithParameter(
        name, known: Set(measured.flatMap(\.parameters.keys)).sorted())
    }
    let parts = Dictionary(grouping: measured) { run in
      parameters.map { run.setting($0) ?? .null }
    }
    self.parameters = parameters
    self.over = over
    self.metric = metric
    groups = parts.map { settings, runs in
      let ordered = runs.sorted { $0.id < $1.id }
      return Group(
        settings: settings, runs: ordered,
        values: ordered.compactMap { run in
          run.metrics[metric].map { (choice == .final ? $0.lastValue : $0.best) ?? .nan }
        })
    }
    .sorted { Self.precedes($0.settings, $1.settings) }
  }

  /// Parameters, other than the grouping one and the one that pairs, in which runs of a group differ: what
  /// is said of a group then mixes several things.
  public var confounders: [String] {
    let excluded = Set(parameters + [over])
    let names = groups.flatMap { group in
      Set(group.runs.flatMap(\.parameters.keys)).subtracting(excluded).filter { name in
        Set(group.runs.map { $0.parameters[name] }).count > 1
      }
    }
    return Set(names).sorted()
  }

  /// Numbers before text, by size.
  private static func precedes(_ first: [SQLValue], _ second: [SQLValue]) -> Bool {
    for (a, b) in zip(first, second) where a != b {
      switch (a.real, b.real) {
      case (.some(let a), .some(let b)): return a < b
      case (.some, .none): return true
      case (.none, .some): return false
      case (.none, .none): return PlainStyle.text(of: a) < PlainStyle.text(of: b)
      }
    }
    return false
  }
}

extension Table {
  /// A line for each group: n, mean, standard deviation (n - 1), 95 % t-interval and extremes.
  ///
  /// A run that diverged makes the mean what it is, not a number, and is counted.
  public static func groups(_ statistics: GroupStatistics) -> Table {
    Table(
      columns: statistics.parameters.map { Column($0) } + [
        "n", "diverged", "mean", "std", "ci95_low", "ci95_high", "min", "max",
      ],
      rows: statistics.groups.map { group in
        let summary = SampleSummary(group.values)
        return group.settings + [
          .integer(Int64(summary.count)),
          .integer(Int64(group.values.count { !$0.isFinite })), .real(summary.mean),
          summary.count > 1 ? .real(summary.standardDeviation) : .null,
          .init(summary.interval?.lowerBound), .init(summary.interval?.upperBound),
          .init(summary.minimum), .init(summary.maximum),
        ]
      })
  }
}
