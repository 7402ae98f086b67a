import ArgumentParser
import Foundation
import Recipes
import Recording
import Reporting
import RunStore

extension OutputOptions {
  /// How much to show of a training: a bar only where someone can see it.
  var progressStyle: TrainingProgressDisplay.Style {
    if quiet || json { return .quiet }
    return isatty(STDERR_FILENO) == 1 ? .bar : .lines
  }

  /// Prints what came out, and what to type next.
  ///
  /// With `--json` that is one object a run, and nothing else.
  /// - Parameters:
  ///   - outcomes: The runs, at least one.
  ///   - tables: What the recipe is about, printed first.
  ///   - remarks: Sentences about the tables.
  func print(_ outcomes: [RunOutcome], tables: [Table] = [], remarks: [String] = []) throws {
    if json {
      for outcome in outcomes { Swift.print(try outcome.json) }
    } else if !quiet {
      for table in tables { Swift.print(table.formatted(as: .text)) }
      for remark in remarks { Swift.print(remark) }
      for outcome in outcomes {
        for alert in outcome.alerts {
          Swift.print("\(alert.level.rawValue.capitalized), run \(outcome.run): \(alert.message)")
        }
      }
      Swift.print(sentence(outcomes))
      if let last = outcomes.last {
        FileHandle.standardError.write(Data(nextSteps(last).utf8))
      }
    }
    if outcomes.last?.status == .interrupted { throw ExitCode(StopSignals.exitCode ?? 1) }
  }

  private func sentence(_ outcomes: [RunOutcome]) -> String {
    guard outcomes.count > 1, let first = outcomes.first, let last = outcomes.last else {
      return outcomes.map(sentence).joined()
    }
    let seconds = outcomes.reduce(0) { $0 + $1.seconds }
    return "Runs \(first.run) to \(last.run) \(last.status.rawValue) after \(seconds.fixed(1)) s."
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
    guard outcome.status != .interrupted else {
      return "Next:\n  tracker resume \(run)\(databaseWords)\n"
    }
    let select =
      "SELECT epoch, train_loss, val_loss, val_accuracy FROM epoch_losses WHERE run_id = \(run)"
    let part = outcome.predictions.isEmpty ? "layers" : "predictions"
    return """
      Next:
        tracker show \(run)\(databaseWords)
        tracker export \(part) \(run)\(databaseWords)
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
