import RunStore

extension Table {
  /// Runs and what they reached, in the order given.
  ///
  /// The columns `final:METRIC` and `best:METRIC` hold the last and the best value, as a condition calls
  /// them. A value that is NaN is shown as such, and `diverged` says which runs end in NaN or infinity.
  /// - Parameters:
  ///   - runs: The runs, the first first.
  ///   - parameters: The parameters to show.
  ///   - metrics: The metrics to show, the one that ranks first.
  ///   - format: What the table will be written in.
  ///   - status: How a run stands; without one, as the run says itself.
  public static func leaderboard(
    _ runs: [ComparedRun], parameters: [String], metrics: [String], in format: TableFormat = .text,
    status: @escaping (ComparedRun) -> RunStatus = \.status
  ) -> Table {
    /// Whether runs differ: Swift takes two spellings of é for the same, unlike values.
    func isMixed(_ value: (ComparedRun) -> SQLValue) -> Bool {
      runs.contains { value($0) != value(runs[0]) }
    }
    let facts: [(name: String, isShown: Bool, value: (ComparedRun) -> SQLValue)] = [
      ("id", true, { .integer(Int64($0.id)) }),
      ("name", true, { .text($0.name) }),
      ("recipe", isMixed { .init($0.recipe) }, { .init($0.recipe) }),
      ("experiment", isMixed { .text($0.experiment) }, { .text($0.experiment) }),
      ("status", runs.contains { status($0) != .finished }, { .text(status($0).rawValue) }),
    ]
    let shown = facts.filter(\.isShown)
    // To copy the whole run for each of its parameters takes longer than to find them.
    let set = runs.map(\.parameters)
    let settings = parameters.map { name in set.map { Setting($0[name]) } }
    let cells = settings.map { Setting.cells($0, in: format) }
    // What tells the runs apart, and what ranks them, stay where there is too little room.
    var table = Table(
      columns: shown.map {
        Column($0.name, importance: ["id", "name"].contains($0.name) ? Column.mostImportant : 1)
      } + zip(parameters, settings).map { Column($0, of: $1) }
        + metrics.enumerated().flatMap { index, name in
          [
            Column("best:\(name)", importance: index == 0 ? Column.mostImportant : 2),
            Column("final:\(name)", importance: index == 0 ? 2 : 1),
          ]
        } + ["diverged"],
      rows: runs.enumerated().map { index, run in
        var row: [SQLValue] = []
        row.reserveCapacity(shown.count + cells.count + 2 * metrics.count + 1)
        for fact in shown { row.append(fact.value(run)) }
        for cells in cells { row.append(cells[index]) }
        for metric in metrics {
          let summary = run.metrics[metric]
          row.append(SQLValue(best: summary))
          row.append(SQLValue(final: summary))
        }
        row.append(.text(run.divergedMetrics(among: metrics).joined(separator: " ")))
        return row
      })
    for (index, settings) in settings.enumerated() {
      table.note(settings, of: shown.count + index)
    }
    return table
  }
}

extension ComparedRun {
  /// The metrics that end in NaN or infinity.
  func divergedMetrics(among names: [String]) -> [String] {
    names.filter { metrics[$0]?.hasDiverged ?? false }
  }
}

extension SQLValue {
  /// The last value of a metric; NaN for NaN, null for no metric.
  init(final summary: MetricSummary?) {
    self = summary.map { .real($0.lastValue ?? .nan) } ?? .null
  }

  /// The best value of a metric; NaN if none is finite, null for no metric, and where nobody knows what is
  /// better.
  init(best summary: MetricSummary?) {
    guard let summary, summary.goal != nil else {
      self = .null
      return
    }
    self = .real(summary.best ?? .nan)
  }
}
