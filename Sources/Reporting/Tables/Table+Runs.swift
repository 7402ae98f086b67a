import RunStore

extension Table {
  /// The list of runs.
  public static func runs(_ runs: [RunSummary]) -> Table {
    Table(
      columns: [
        "id", "name", "recipe", "experiment", "status", "started", "seconds", "epochs",
        "train_loss", "val_loss", "best_val_loss", "val_accuracy", "best_val_accuracy", "command",
        "tags",
      ],
      rows: runs.map { run in
        [
          .integer(Int64(run.id)), .text(run.name), .init(run.recipe), .text(run.experiment),
          .text(run.status.rawValue), .text(run.started), .real(run.seconds),
          .integer(Int64(run.epochs)), .init(run.finalTrainLoss),
          .init(run.finalValidationLoss), .init(run.bestValidationLoss),
          .init(run.finalValidationAccuracy), .init(run.bestValidationAccuracy),
          .init(run.command), .init(run.tags),
        ]
      })
  }

  /// The list of runs for a person: what they ran, how long, and what they reached.
  /// - Parameters:
  ///   - parameters: The parameters to show.
  ///   - metrics: The metrics whose last values are shown beside the usual ones.
  ///   - compared: The same runs with these parameters and metrics.
  public static func runsAtAGlance(
    _ runs: [RunSummary], parameters: [String] = [], metrics: [String] = [],
    of compared: [ComparedRun] = []
  ) -> Table {
    let compared = Dictionary(compared.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let facts: [(column: Column, isShown: Bool, value: (RunSummary) -> SQLValue)] = [
      (Column("id", importance: Column.mostImportant), true, { .integer(Int64($0.id)) }),
      (Column("name", importance: Column.mostImportant), true, { .text($0.name) }),
      (
        "experiment", runs.contains { $0.experiment != runs[0].experiment },
        { .text($0.experiment) }
      ),
      ("ran", true, { .init($0.recipe ?? $0.command.map(shortened)) }),
      ("status", true, { .text($0.status.rawValue) }),
      ("started (UTC)", true, { .text(minute(of: $0.started)) }),
      (Column("duration", alignment: .right), true, { .text(DurationText.short($0.seconds)) }),
    ]
    let reached: [(column: Column, value: (RunSummary) -> SQLValue)] =
      [
        (Column("train_loss", importance: 2), { .init($0.finalTrainLoss) }),
        (Column("val_loss", importance: 2), { .init($0.finalValidationLoss) }),
        ("val_accuracy", { .init($0.finalValidationAccuracy) }),
      ]
      + metrics.map { name in
        (Column(name, importance: 2), { SQLValue(final: compared[$0.id]?.metrics[name]) })
      }
    let shown =
      facts.filter(\.isShown).map { ($0.column, runs.map($0.value)) }
      + reached.map { ($0.column, runs.map($0.value)) }.filter { _, cells in
        cells.contains { $0 != .null }
      }
      + parameters.map { name in
        let settings = runs.map { Setting(compared[$0.id]?.parameters[name]) }
        return (Column(name, of: settings), Setting.cells(settings, in: .text))
      }
      + [("tags", runs.map { .init($0.tags) })].filter { _, cells in
        cells.contains { $0 != .null }
      }
    return Table(
      columns: shown.map(\.0), rows: runs.indices.map { run in shown.map { $0.1[run] } })
  }

  /// `python3 train.py` of `/usr/bin/python3 train.py`.
  private static func shortened(_ command: String) -> String {
    let program = command.prefix { $0 != " " }
    guard program.hasPrefix("/"), let slash = program.lastIndex(of: "/") else { return command }
    return String(command[command.index(after: slash)...])
  }

  /// `2026-11-28 15:27` of `2026-11-28T15:27:03Z`.
  private static func minute(of moment: String) -> String {
    let bytes = moment.utf8.prefix(16).map { $0 == UInt8(ascii: "T") ? UInt8(ascii: " ") : $0 }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Chosen values of runs, a row a run; nil for what a run does not have.
  public static func values(
    _ rows: [[SQLValue?]], called names: [String], _ areParameters: [Bool], in format: TableFormat
  ) -> Table {
    var table = Table(
      columns: names.map { Column($0) }, rows: rows.map { $0.map { $0 ?? .null } })
    for column in names.indices where areParameters[column] {
      let settings = rows.map { Setting($0[column]) }
      table.columns[column] = Column(names[column], of: settings)
      for (row, cell) in Setting.cells(settings, in: format).enumerated() {
        table.rows[row][column] = cell
      }
      table.note(settings.map { [$0] }, from: column)
    }
    return table
  }

  /// The experiments with their runs.
  public static func experiments(_ experiments: [ExperimentSummary]) -> Table {
    Table(
      columns: ["name", "runs", "last_start", "created"],
      rows: experiments.map {
        [
          .text($0.name), SQLValue($0.runs), .init($0.lastStart?.formatted(.iso8601)),
          .text($0.createdAt.formatted(.iso8601)),
        ]
      })
  }
}

/// Durations as people say them.
enum DurationText {
  /// `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`: the two largest units.
  static func short(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 10, seconds < 1e12 else {
      return NumberText.rounded((seconds * 10).rounded() / 10) + " s"
    }
    let whole = Int(seconds.rounded())
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")]
    let first = units.firstIndex { whole >= $0.0 } ?? units.count - 1
    var rest = whole
    return units[first...].prefix(2).compactMap { size, name in
      defer { rest %= size }
      return rest / size > 0 ? "\(rest / size) \(name)" : nil
    }.joined(separator: " ")
  }
}
