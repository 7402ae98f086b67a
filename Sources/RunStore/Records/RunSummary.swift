import Foundation

/// A row of the view `run_summary`: how a run stands and what it reached.
public struct RunSummary: Sendable, Equatable {
  /// The number of the run in this file.
  public let id: Int
  /// What people call it.
  public let name: String
  /// The recipe it ran; nil for other programs.
  public let recipe: String?
  /// The name of the experiment it belongs to.
  public let experiment: String
  /// How it stands; `crashed` for one that only says `running`.
  public let status: RunStatus
  /// When it started, as ISO 8601 text in UTC; empty if that is not in the years 0 to 9999.
  public let started: String
  /// How long it took, or has been seen running, in seconds.
  public let seconds: Double
  /// The number of epochs finished.
  public let epochs: Int
  /// The last training loss; nil for none.
  public let finalTrainLoss: Double?
  /// The smallest training loss; NaN if all are.
  public let bestTrainLoss: Double?
  /// The last validation loss; nil for none.
  public let finalValidationLoss: Double?
  /// The smallest validation loss; NaN if all are.
  public let bestValidationLoss: Double?
  /// The last validation accuracy; nil for none.
  public let finalValidationAccuracy: Double?
  /// The largest validation accuracy; NaN if all are.
  public let bestValidationAccuracy: Double?
  /// The command line that made it, as it was typed.
  public let command: String?
  /// Its tags, as `name` or `name=value`, a blank between them, without those that MLflow keeps its own
  /// books in (`mlflow.…`).
  public let tags: String?
}

extension RunSummary {
  /// The tags of the run `run` as SQL: `name` or `name=value`, a blank between them; without MLflow's own.
  /// - Parameter shown: What is shown of each, as SQL.
  static func tags(_ shown: (_ tag: String) -> String) -> String {
    """
    (SELECT group_concat(\(shown("iif(value = '', name, name || '=' || value)")), ' ')
      FROM (
        SELECT name, value
        FROM tags
        WHERE run_id = run.id AND name NOT GLOB 'mlflow.*'
        ORDER BY name COLLATE natural_order))
    """
  }

  /// - Parameters:
  ///   - row: Columns of `run_summary`; `started_at` and those of `runs` that `SignsOfLife` takes; and whether
  ///     a metric has points, such as `has_train_loss`, which tells NaN from nothing.
  ///   - machine: A run of this machine whose process has died is `crashed` at once.
  init(_ row: ResultRow, seenFrom machine: Machine, at time: Date) throws {
    id = try row.integer("id")
    name = try row.text("name")
    recipe = try row.optionalText("recipe")
    experiment = try row.text("experiment")
    status = try SignsOfLife(row).status(seenFrom: machine, at: time)
    let milliseconds = try row.optionalInteger("started_at")
    started = milliseconds.flatMap { String(utc: Int64($0)) } ?? ""
    // The clock of a run that says so may have been set back since its start.
    seconds = max(0, try row.optionalReal("seconds") ?? 0)
    epochs = try row.integer("epochs")
    /// What a metric reached; NaN if its points are, nil for none.
    func reached(_ column: String, of metric: String) throws -> Double? {
      try row.optionalReal(column) ?? (try row.integer("has_\(metric)") > 0 ? .nan : nil)
    }
    finalTrainLoss = try reached("final_train_loss", of: "train_loss")
    bestTrainLoss = try reached("best_train_loss", of: "train_loss")
    finalValidationLoss = try reached("final_val_loss", of: "val_loss")
    bestValidationLoss = try reached("best_val_loss", of: "val_loss")
    finalValidationAccuracy = try reached("final_val_accuracy", of: "val_accuracy")
    bestValidationAccuracy = try reached("best_val_accuracy", of: "val_accuracy")
    command = try row.optionalText("command")
    tags = try row.optionalText("tags")
  }
}

extension String {
  /// A moment as the views write it, ISO 8601 in UTC without fractions of a second; nil outside of the years
  /// 0 to 9999. To ask SQLite for it takes a fifth of the time of a long list.
  init?(utc milliseconds: Int64) {
    var seconds = time_t(milliseconds / 1000)
    var parts = tm()
    guard gmtime_r(&seconds, &parts) != nil, (-1900...8099).contains(parts.tm_year) else {
      return nil
    }
    let year = Int(parts.tm_year) + 1900
    let numbers = [
      year / 100, year % 100, Int(parts.tm_mon) + 1, Int(parts.tm_mday), Int(parts.tm_hour),
      Int(parts.tm_min), Int(parts.tm_sec),
    ]
    self.init(unsafeUninitializedCapacity: 20) { text in
      _ = text.initialize(fromContentsOf: "....-..-..T..:..:..Z".utf8)
      for (place, number) in zip([0, 2, 5, 8, 11, 14, 17], numbers) {
        text[place] = UInt8(ascii: "0") + UInt8(number / 10)
        text[place + 1] = UInt8(ascii: "0") + UInt8(number % 10)
      }
      return 20
    }
  }
}
