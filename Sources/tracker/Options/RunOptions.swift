import ArgumentParser
import Recipes
import Reporting

/// What every recipe can be told about its run and its output.
struct RunOptions: ParsableArguments {
  @OptionGroup var output: OutputOptions

  @Option(help: "The experiment that the run belongs to.")
  var experiment = "default"

  @Option(help: "What to call the run; without it, as the recipe.")
  var name: String?

  @Option(name: .customLong("tag"), help: "A word to hang on the run, or word=value; repeatable.")
  var tags: [String] = []

  @Option(help: "Remarks on the run.")
  var note: String?

  func validate() throws {
    guard !experiment.isEmpty, name?.isEmpty != true,
      tags.allSatisfy({ !$0.hasPrefix("=") && !$0.isEmpty })
    else { throw ValidationError("An experiment, a run and a tag have names that are not empty.") }
  }

  /// Where the recipe logs to.
  func context() async -> RunContext {
    var context = await output.context()
    context.experiment = experiment
    context.name = name
    context.tags = Dictionary(
      tags.map { tag in
        let parts = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
      }, uniquingKeysWith: { _, last in last })
    context.note = note
    return context
  }
}

extension RunOptions {
  /// How much to show of a training.
  var progressStyle: TrainingProgressDisplay.Style { output.progressStyle }

  /// Prints what came out, and what to type next.
  func print(_ outcomes: [RunOutcome], tables: [Table] = [], remarks: [String] = []) throws {
    try output.print(outcomes, tables: tables, remarks: remarks)
  }
}
