import RunStore

extension Table {
  /// The list of runs.
  public static func runs(_ runs: [RunSummary]) -> Table {
    Table(
      columns: [
        "id", "name", "recipe", "experiment", "status", "started", "seconds", "epochs",
        "train_loss", "val_loss", "best_val_loss", "val_accuracy", "best_val_accuracy",
      ],
      rows: runs.map { run in
        [
          .integer(Int64(run.id)), .text(run.name), .init(run.recipe), .text(run.experiment),
          .text(run.status.rawValue), .text(run.started), .real(run.seconds),
          .integer(Int64(run.epochs)), .init(run.finalTrainLoss),
          .init(run.finalValidationLoss), .init(run.bestValidationLoss),
          .init(run.finalValidationAccuracy), .init(run.bestValidationAccuracy),
        ]
      })
  }

  /// The list of runs, in the width of a terminal.
  public static func runsAtAGlance(_ runs: [RunSummary]) -> Table {
    Table(
      columns: ["id", "name", "status", "started", "train_loss", "val_loss", "val_accuracy"],
      rows: runs.map { run in
        [
          .integer(Int64(run.id)), .text(run.name), .text(run.status.rawValue),
          .text(String(run.started.prefix(16)).replacing("T", with: " ")),
          .init(run.finalTrainLoss), .init(run.finalValidationLoss),
          .init(run.finalValidationAccuracy),
        ]
      })
  }
}
