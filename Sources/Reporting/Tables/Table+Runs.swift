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
  ///   - compared: The same runs with these parameters, in the same order.
  public static func runsAtAGlance(
    _ runs: [RunSummary], parameters: [String] = [], of compared: [ComparedRun] = []
  ) -> Table {
    let hasTags = runs.contains { $0.tags != nil }
    let compared = Dictionary(compared.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let settings = parameters.map { name in
      runs.map { Setting(compared[$0.id]?.parameters[name]) }
    }
    let cells = settings.map { Setting.cells($0, in: .text) }
    return Table(
      columns: [
        Column("id", importance: Column.mostImportant),
        Column("name", importance: Column.mostImportant), "ran", "status", "started (UTC)",
        Column("duration", alignment: .right), Column("train_loss", importance: 2),
        Column("val_loss", importance: 2), "val_accuracy",
      ] + zip(parameters, settings).map { Column($0, of: $1) }
        + (hasTags ? ["tags"] : []),
      rows: runs.enumerated().map { index, run in
        [
          .integer(Int64(run.id)), .text(run.name), .init(run.recipe ?? run.command),
          .text(run.status.rawValue),
          .text(Self.minute(of: run.started)),
          .text(DurationText.short(run.seconds)),
          .init(run.finalTrainLoss), .init(run.finalValidationLoss),
          .init(run.finalValidationAccuracy),
        ] + cells.map { $0[index] }
          + (hasTags ? [.init(run.tags)] : [])
      })
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
