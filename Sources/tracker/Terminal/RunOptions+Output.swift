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
      try Console.print(outcome.json)
    } else if !quiet {
      try Console.print(sentence(outcome))
      Console.tell(nextSteps(outcome))
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
        tracker show \(run)\(database.words)
        tracker export layers \(run)\(database.words)
        sqlite3 -box \(database.path.shellQuoted) "\(select)"

      """
  }
}

extension MetricSummary {
  fileprivate var last: String { lastValue?.fixed(4) ?? "nan" }
  fileprivate var smallest: String { minimum?.fixed(4) ?? "nan" }
  fileprivate var largest: String { maximum?.fixed(4) ?? "nan" }
}
