import Foundation
import Recipes
import Recording
import RunStore

extension RunOptions {
  /// How much to show of a training: a bar only where someone can see it.
  var progressStyle: TrainingProgressDisplay.Style {
    if quiet || json { return .quiet }
    return isatty(STDERR_FILENO) == 1 ? .bar : .lines
  }

  /// Prints how the run ended, and what to type next.
  func print(_ outcome: RunOutcome) throws {
    if json {
      Swift.print(try outcome.json)
    } else if !quiet {
      Swift.print(sentence(outcome))
      FileHandle.standardError.write(Data(nextSteps(outcome).utf8))
    }
  }

  private func sentence(_ outcome: RunOutcome) -> String {
    var text = "Run \(outcome.run) \(outcome.status.rawValue) after \(outcome.seconds.fixed(1)) s."
    if let loss = outcome.metric(MetricName.validationLoss),
      let accuracy = outcome.metric(MetricName.validationAccuracy)
    {
      text +=
        " Validation: loss \(loss.last), best \(loss.smallest);"
        + " accuracy \(accuracy.last), best \(accuracy.largest)."
    }
    return text
  }

  private func nextSteps(_ outcome: RunOutcome) -> String {
    let run = outcome.run
    let select =
      "SELECT epoch, train_loss, val_loss, val_accuracy FROM epoch_losses WHERE run_id = \(run)"
    return """
      Next:
        tracker show \(run)\(databaseWords)
        tracker export layers \(run)\(databaseWords)
        sqlite3 -box \(database.path) "\(select)"

      """
  }

  /// What to add to a command so that it finds the file again.
  private var databaseWords: String { database.file.map { " --db \($0)" } ?? "" }
}

extension MetricSummary {
  fileprivate var last: String { lastValue?.fixed(4) ?? "nan" }
  fileprivate var smallest: String { minimum?.fixed(4) ?? "nan" }
  fileprivate var largest: String { maximum?.fixed(4) ?? "nan" }
}
