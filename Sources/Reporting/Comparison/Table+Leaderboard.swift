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
    let isMixed = (
      recipe: runs.contains { $0.recipe != runs[0].recipe },
      experiment: runs.contains { $0.experiment != runs[0].experiment },
      status: runs.contains { status($0) != .finished }
    )
    let facts: [(name: String, isShown: Bool, value: (ComparedRun) -> SQLValue)] = [
      ("id", true, { .integer(Int64($0.id)) }),
      ("name", true, { .text($0.name) }),
      ("recipe", isMixed.recipe, { .init($0.recipe) }),
      ("experiment", isMixed.experiment, { .text($0.experiment) }),
      ("status", isMixed.status, { .text(status($0).rawValue) }),
    ]
    let shown = facts.filter(\.isShown)
    let settings = parameters.map { name in runs.map { Setting($0.parameters[name]) } }
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
