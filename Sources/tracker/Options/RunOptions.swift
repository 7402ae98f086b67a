import ArgumentParser
import Recipes

/// What every recipe can be told about its run and its output.
struct RunOptions: ParsableArguments {
  @OptionGroup var output: OutputOptions

  @Option(help: "The experiment that the run belongs to.")
  var experiment = "default"

  @Option(help: "What to call the run; without it, as the recipe.")
  var name: String?

  @Option(name: .customLong("tag"), help: "A word to hang on the run, or word=value; repeatable.")
  var tags: [NamedValue] = []

  @Option(help: "Remarks on the run.")
  var note: String?

  func validate() throws {
    guard !experiment.isEmpty else { throw ValidationError("--experiment needs a name.") }
    guard name?.isEmpty != true else { throw ValidationError("--name needs a name.") }
  }

  /// Where the recipe logs to. From here on the run no longer depends on someone who watches it.
  func context() async -> RunContext {
    var context = await output.context()
    output.database.warnOfOtherNames()
    context.experiment = experiment
    context.name = name
    context.tags = Dictionary(
      tags.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { _, last in last })
    context.note = note
    return context
  }
}
