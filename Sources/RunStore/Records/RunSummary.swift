import Foundation

/// A row of the view `run_summary`: how a run stands and what it reached.
public struct RunSummary: Sendable, Equatable {
  /// The number of the run in this file.
  public let id: Int
  /// The name of the run in every file, lower case.
  public let uuid: String
  /// What people call it.
  public let name: String
  /// The recipe it ran; nil for other programs.
  public let recipe: String?
  /// The name of the experiment it belongs to.
  public let experiment: String
  /// The name that the runs of a sweep share.
  public let group: String?
  /// How it stands; `crashed` for one that only says `running`.
  public let status: RunStatus
  /// When it started, as ISO 8601 text in UTC; empty if that is not in the years 0 to 9999.
  public let started: String
  /// When it ended, as ISO 8601 text in UTC.
  public let ended: String?
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
  /// Its tags, as `name` or `name=value`, a blank between them.
  public let tags: String?
}

extension RunSummary {
  /// - Parameters:
  ///   - row: The columns of `run_summary`; those of `runs` that `SignsOfLife` takes; and the number of
  ///     points of each metric, such as `train_loss_count`, which tells NaN from nothing.
  ///   - machine: A run of this machine whose process has died is `crashed` at once.
  init(_ row: ResultRow, seenFrom machine: Machine, at time: Date) throws {
    func value(_ column: String, of metric: String) throws -> Double? {
      let isLogged = try row.optionalInteger("\(metric)_count") ?? 0 > 0
      return try row.optionalReal(column) ?? (isLogged ? .nan : nil)
    }
    id = try row.integer("id")
    uuid = try row.text("uuid")
    name = try row.text("name")
    recipe = try row.optionalText("recipe")
    experiment = try row.text("experiment")
    group = try row.optionalText("group_name")
    status = try SignsOfLife(row).status(seenFrom: machine, at: time)
    started = try row.optionalText("started") ?? ""
    ended = try row.optionalText("ended")
    seconds = try row.optionalReal("seconds") ?? 0
    epochs = try row.integer("epochs")
    finalTrainLoss = try value("final_train_loss", of: "train_loss")
    bestTrainLoss = try value("best_train_loss", of: "train_loss")
    finalValidationLoss = try value("final_val_loss", of: "val_loss")
    bestValidationLoss = try value("best_val_loss", of: "val_loss")
    finalValidationAccuracy = try value("final_val_accuracy", of: "val_accuracy")
    bestValidationAccuracy = try value("best_val_accuracy", of: "val_accuracy")
    command = try row.optionalText("command")
    tags = try row.optionalText("tags")
  }
}
