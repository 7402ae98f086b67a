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
    /// A column, and its cell for the run at a place.
    typealias Fact = (column: Column, cell: (Int) -> SQLValue)
    let who: [Fact] = [
      (Column("id", importance: Column.mostImportant), { .integer(Int64(runs[$0].id)) }),
      (Column("name", importance: Column.mostImportant), { .text(runs[$0].name) }),
    ]
    let experiment: Fact = ("experiment", { .text(runs[$0].experiment) })
    // Swift takes two spellings of é for the same.
    let isMixed = runs.indices.contains { experiment.cell($0) != experiment.cell(0) }
    let course: [Fact] = [
      ("ran", { .init(runs[$0].recipe ?? runs[$0].command.map(shortened)) }),
      (Column("status", importance: 2), { .text(runs[$0].status.rawValue) }),
      ("started (UTC)", { .text(minute(of: runs[$0].started)) }),
      (Column("duration", alignment: .right), { .text(DurationText.short(runs[$0].seconds)) }),
    ]
    let reached: [Fact] =
      [
        (Column("train_loss", importance: 2), { .init(runs[$0].finalTrainLoss) }),
        (Column("val_loss", importance: 2), { .init(runs[$0].finalValidationLoss) }),
        ("val_accuracy", { .init(runs[$0].finalValidationAccuracy) }),
      ]
      + metrics.map { name in
        (Column(name, importance: 2), { SQLValue(final: compared[runs[$0].id]?.metrics[name]) })
      }
    let set: [Fact] = parameters.map { name in
      let settings = runs.map { Setting(compared[$0.id]?.parameters[name]) }
      let cells = Setting.cells(settings, in: .text)
      var column = Column(name, of: settings)
      // In a list, how a run stands matters more than a setting.
      column.importance = 1
      return (column, { cells[$0] })
    }
    let tags: Fact = ("tags", { .init(runs[$0].tags) })
    func isShown(_ fact: Fact) -> Bool { runs.indices.contains { fact.cell($0) != .null } }
    let shown =
      who + (isMixed ? [experiment] : []) + course + reached.filter(isShown) + set
      + [tags].filter(isShown)
    return Table(
      columns: shown.map(\.column),
      rows: runs.indices.map { run in shown.map { $0.cell(run) } })
  }

  /// `python3 train.py` of `/usr/bin/python3 train.py`.
  private static func shortened(_ command: String) -> String {
    let slash = UInt8(ascii: "/")
    guard command.utf8.first == slash,
      let last = command.utf8.prefix(while: { $0 != UInt8(ascii: " ") }).lastIndex(of: slash)
    else { return command }
    return String(command[command.utf8.index(after: last)...])
  }

  /// `2026-11-28 15:27` of `2026-11-28T15:27:03Z`.
  private static func minute(of moment: String) -> String {
    var moment = moment
    return moment.withUTF8 { bytes in
      String(unsafeUninitializedCapacity: 16) { text in
        let count = min(16, bytes.count)
        for place in 0..<count {
          text[place] = bytes[place] == UInt8(ascii: "T") ? UInt8(ascii: " ") : bytes[place]
        }
        return count
      }
    }
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
      table.note(settings, of: column)
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
    let first = units.firstIndex { whole >= $0.seconds } ?? units.count - 1
    let text = "\(whole / units[first].seconds) \(units[first].name)"
    guard let second = units[(first + 1)...].first else { return text }
    let rest = whole % units[first].seconds / second.seconds
    return rest > 0 ? "\(text) \(rest) \(second.name)" : text
  }

  private static let units: [(seconds: Int, name: String)] = [
    (86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"),
  ]
}
