import ArgumentParser
import Foundation
import Recipes
import Recording

/// What every recipe can be told about its run and its output.
struct RunOptions: ParsableArguments {
  @OptionGroup var database: DatabaseOptions

  @Option(help: "The experiment that the run belongs to.")
  var experiment = "default"

  @Option(help: "What to call the run; without it, as the recipe.")
  var name: String?

  @Option(name: .customLong("tag"), help: "A word to hang on the run, or word=value; repeatable.")
  var tags: [NamedValue] = []

  @Option(help: "Remarks on the run.")
  var note: String?

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  @Flag(help: "Print one JSON object a run at the end, and nothing else on standard output.")
  var json = false

  func validate() throws {
    guard !experiment.isEmpty else { throw ValidationError("--experiment needs a name.") }
    guard name?.isEmpty != true else { throw ValidationError("--name needs a name.") }
  }

  /// Where the recipe logs to. From here on the run no longer depends on someone who watches it.
  func context() async -> RunContext {
    Console.outliveReaders()
    let clock = ContinuousClock()
    let start = clock.now
    return RunContext(
      databasePath: database.path, experiment: experiment, name: name,
      tags: Dictionary(
        tags.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { _, last in last }),
      note: note,
      environment: await .current(
        arguments: ["tracker"] + CommandLine.arguments.dropFirst(),
        directory: FileManager.default.currentDirectoryPath),
      version: programVersion, now: { Date() },
      elapsed: { (clock.now - start) / .seconds(1) })
  }
}
