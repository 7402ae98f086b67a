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
  var tags: [String] = []

  @Option(help: "Remarks on the run.")
  var note: String?

  @Flag(help: "Print nothing but errors.")
  var quiet = false

  @Flag(help: "Print one JSON object at the end, and nothing else on standard output.")
  var json = false

  func validate() throws {
    guard !experiment.isEmpty, name?.isEmpty != true, tags.allSatisfy({ !$0.hasPrefix("=") && !$0.isEmpty })
    else { throw ValidationError("An experiment, a run and a tag have names that are not empty.") }
  }

  /// Where the recipe logs to.
  func context() async -> RunContext {
    let clock = ContinuousClock()
    let start = clock.now
    return RunContext(
      databasePath: database.path, experiment: experiment, name: name,
      tags: Dictionary(
        tags.map { tag in
          let parts = tag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }, uniquingKeysWith: { _, last in last }),
      note: note,
      environment: await .current(
        arguments: ["tracker"] + CommandLine.arguments.dropFirst(),
        directory: FileManager.default.currentDirectoryPath),
      version: programVersion, now: { Date() },
      elapsed: { (clock.now - start) / .seconds(1) })
  }
}
