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
    /// The setting of each grouping parameter.
    public let settings: [Setting]
    /// The runs that count, by id.
    public let runs: [ComparedRun]
    /// One finite value a run, in the same order.
    public let values: [Double]
    /// How many runs do not count, for each reason.
    public let leftOut: [(reason: String, count: Int)]

    /// The settings in words.
    public var name: String { settings.map(\.words).joined(separator: ", ") }
    /// How many runs do not count and why, in words: `3 failed, 1 diverged`.
    public var reasons: String {
      leftOut.map { "\($0.count) \($0.reason)" }.joined(separator: ", ")
    }
    /// All runs with these settings.
    public var runCount: Int { leftOut.reduce(runs.count) { $0 + $1.count } }
  }

  /// The parameter that pairs runs where nothing else is said.
  public static let usualPairing = "seed"

  /// The parameters that make the groups.
  public let parameters: [String]
  /// The parameter that pairs runs, such as the seed.
  public let over: String
  /// The metric.
  public let metric: String
  /// The groups, by their settings.
  public private(set) var groups: [Group]

  /// Groups runs; settings with which no run has the metric make no group.
  ///
  /// A run counts if it came to its end, or was stopped on purpose, and its metric with it: what diverged,
  /// failed, was interrupted or still runs has no result yet.
  /// - Parameters:
  ///   - countsAll: Whether every run with a finite value counts, however it ended.
  ///   - status: How a run stands; without it, as the run says itself.
  /// - Throws: `ComparisonError` if no run has the metric or a parameter.
  public init(
    _ runs: [ComparedRun], by parameters: [String], over: String, metric: String, choice: Choice,
    countsAll: Bool = false, status: (ComparedRun) -> RunStatus = \.status
  ) throws {
    let measured = runs.filter { $0.metrics[metric] != nil }
    guard !measured.isEmpty else {
      throw ComparisonError.noRunWithMetric(
        metric, known: runs.flatMap(\.metrics.keys).distinctNames)
    }
    for name in parameters { try measured.requireParameter(name) }
    let parts = Dictionary(grouping: runs) { run in parameters.map { run.setting($0) } }
      .filter { _, runs in runs.contains { $0.metrics[metric] != nil } }
    self.parameters = parameters
    self.over = over
    self.metric = metric
    groups = parts.map { settings, runs in
      var counted: [(run: ComparedRun, value: Double)] = []
      var reasons: [String: Int] = [:]
      for run in runs.sorted(by: { $0.id < $1.id }) {
        let summary = run.metrics[metric]
        let value = (choice == .final ? summary?.lastValue : summary?.best) ?? .nan
        if let reason = Self.reasonNotToCount(
          value, summary, status: status(run), countsAll: countsAll)
        {
          reasons[reason, default: 0] += 1
        } else {
          counted.append((run, value))
        }
      }
      return Group(
        settings: settings, runs: counted.map(\.run), values: counted.map(\.value),
        leftOut: reasons.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
    .sorted { $0.settings.lexicographicallyPrecedes($1.settings) }
  }

  private static func reasonNotToCount(
    _ value: Double, _ summary: MetricSummary?, status: RunStatus, countsAll: Bool
  ) -> String? {
    guard let summary else { return "without the metric" }
    if !value.isFinite { return "diverged" }
    if countsAll { return nil }
    switch status {
    case .finished, .stopped: return summary.hasDiverged ? "diverged" : nil
    case .running, .failed, .scheduled, .interrupted, .crashed: return status.rawValue
    }
  }

  /// Parameters, other than the grouping one and the one that pairs, in which runs of a group differ: what
  /// is said of a group then mixes several things.
  public var confounders: [String] {
    let excluded = parameters + [over]
    return groups.flatMap { group in
      NamedValueMap.names(differingAmong: group.runs.lazy.map(\.parameters)) {
        $0.normalized == $1.normalized
      }.filter { !excluded.containsExactly($0) }
    }.distinctNames
  }

  /// The first so many groups.
  public func prefix(_ count: Int) -> GroupStatistics {
    var first = self
    first.groups = Array(groups.prefix(count))
    return first
  }

  /// The groups, the best mean first, those without any run that counts last.
  ///
  /// Where nobody knows what is better, the smallest comes first.
  public func ranked(goal: MetricGoal?) -> GroupStatistics {
    var ranked = self
    let means = groups.map { Statistics.mean($0.values) }
    let order = groups.indices.sorted { first, second in
      switch (means[first].isFinite, means[second].isFinite) {
      case (true, true) where means[first] != means[second]:
        return goal == .maximum ? means[first] > means[second] : means[first] < means[second]
      case (let isFirstKnown, let isSecondKnown) where isFirstKnown != isSecondKnown:
        return isFirstKnown
      default: return first < second
      }
    }
    ranked.groups = order.map { groups[$0] }
    return ranked
  }
}

extension [ComparedRun] {
  /// Makes sure that a run has a parameter.
  /// - Throws: `ComparisonError.noRunWithParameter`.
  public func requireParameter(_ name: String) throws {
    guard allSatisfy({ $0.setting(name).value == nil }) else { return }
    throw ComparisonError.noRunWithParameter(
      name, known: flatMap(\.parameters.keys).distinctNames)
  }
}

extension ComparedRun {
  /// Whether the run is done, and has a result.
  var cameToItsEnd: Bool { status == .finished || status == .stopped }

  /// What the run has under a name: a parameter, or its seed if no parameter is called so.
  func setting(_ name: String) -> Setting {
    Setting(parameters[name] ?? (name == "seed" ? seed.map { .integer(Int64($0)) } : nil))
  }
}

extension Table {
  /// A line for each group: how many of its runs count, and why others do not; mean, standard deviation
  /// (n - 1), 95 % t-interval and extremes of those that do.
  /// - Parameter format: What the table will be written in.
  public static func groups(
    _ statistics: GroupStatistics, in format: TableFormat = .text
  ) -> Table {
    let counts: [Column] = format.isForPeople ? ["n"] : ["n", "of"]
    let settings = statistics.parameters.indices.map { parameter in
      Setting.cells(statistics.groups.map { $0.settings[parameter] }, in: format)
    }
    var table = Table(
      columns: statistics.parameters.enumerated().map { index, name in
        Column(name, of: statistics.groups.map { $0.settings[index] })
      } + counts + [
        "left_out", Column("mean", importance: Column.mostImportant), Column("std", importance: 2),
        Column("ci95_low", importance: 2), Column("ci95_high", importance: 2), "min", "max",
      ],
      rows: statistics.groups.enumerated().map { index, group in
        let summary = SampleSummary(group.values)
        let (n, of) = (SQLValue(summary.count), SQLValue(group.runCount))
        return settings.map { $0[index] }
          + (format.isForPeople ? [.text("\(summary.count) of \(group.runCount)")] : [n, of])
          + [
            group.leftOut.isEmpty ? .null : .text(group.reasons),
            summary.count > 0 ? .real(summary.mean) : .null,
            summary.count > 1 ? .real(summary.standardDeviation) : .null,
            .init(summary.interval?.lowerBound), .init(summary.interval?.upperBound),
            .init(summary.minimum), .init(summary.maximum),
          ]
      })
    table.note(statistics.groups.map(\.settings), from: 0)
    return table
  }
}
