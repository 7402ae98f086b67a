import ArgumentParser
import Foundation
import Recipes
import Provenance
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
  ///   - alerts: What a person should look at; nil for the alerts of all runs that were not told yet.
  func print(
    _ outcomes: [RunOutcome], tables: [Table] = [], remarks: [String] = [],
    alerts: [String]? = nil
  ) throws {
    if json {
      for outcome in outcomes { try Console.print(json: outcome.json) }
    } else if !quiet {
      for table in tables { try Console.write(table.formatted(as: .text) + "\n") }
      for sentence in remarks + (alerts ?? outcomes.flatMap(sentences)) {
        try Console.print(sentence)
      }
      try Console.print(sentence(outcomes))
      if let last = outcomes.last { Console.tell(["Next:"] + nextSteps(last).map { "  \($0)" }) }
    }
    if outcomes.last?.status == .interrupted { throw ExitCode(StopSignals.exitCode ?? 1) }
  }

  private func sentences(_ outcome: RunOutcome) -> [String] {
    outcome.alerts.filter { !Console.wasTold($0.message) }.map {
      "\($0.level.rawValue.capitalized), run \(outcome.run): \($0.message)"
    }
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

  private func nextSteps(_ outcome: RunOutcome) -> [String] {
    let run = outcome.run
    guard outcome.status != .interrupted else {
      return ["tracker resume \(run)\(database.words)"]
    }
    var commands = ["tracker show \(run)\(database.words)"]
    if !outcome.predictions.isEmpty {
      commands.append("tracker export predictions \(run)\(database.words)")
    } else if let artifact = outcome.artifacts.last {
      commands.append("tracker export artifact \(run) \(artifact)\(database.words)")
    } else {
      commands.append("tracker export layers \(run)\(database.words)")
    }
    if outcome.metric(MetricName.trainingLoss) != nil {
      let validation =
        outcome.metric(MetricName.validationLoss) == nil ? "" : ", val_loss, val_accuracy"
      let select =
        "SELECT epoch, train_loss\(validation) FROM epoch_losses WHERE run_id = \(run)"
      commands.append("sqlite3 -box \(database.path.shellQuoted) \"\(select)\"")
    }
    return commands
  }
}

extension MetricSummary {
  fileprivate var last: String { lastValue?.fixed(4) ?? "nan" }
  fileprivate var smallest: String { minimum?.fixed(4) ?? "nan" }
  fileprivate var largest: String { maximum?.fixed(4) ?? "nan" }
}
