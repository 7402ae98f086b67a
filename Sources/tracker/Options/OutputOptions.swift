import ArgumentParser
import Foundation
import Provenance
import Recipes
import Recording

/// Where a command that trains logs to, and what it prints.
struct OutputOptions: ParsableArguments {
  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Print nothing but errors and warnings.")
  var quiet = false

  @Flag(help: "Print one JSON object at the end, and nothing else on standard output.")
  var json = false

  /// What a recipe needs to know. From here on signals ask to stop instead of ending the program,
  /// and the run no longer depends on someone who watches it.
  func context() async -> RunContext {
    StopSignals.listen()
    Console.outliveReaders()
    let clock = ContinuousClock()
    let start = clock.now
    let environment = await RunEnvironment.current(
      arguments: ["tracker"] + CommandLine.arguments.dropFirst(),
      directory: FileManager.default.currentDirectoryPath, facts: engineFacts)
    if let problem = environment.gitProblem, !quiet, !json { Console.tell("Note: \(problem).") }
    var context = RunContext(
      databasePath: database.path, experiment: "default", name: nil, tags: [:], note: nil,
      environment: environment,
      version: programVersion, now: { Date() },
      elapsed: { (clock.now - start) / .seconds(1) })
    context.shouldStop = { StopSignals.shouldStop }
    context.interruptionExitCode = { StopSignals.exitCode.map { Int($0) } }
    context.tell = { [quiet] remark in
      switch remark.level {
      case .warning: Console.tell("Warning: \(remark.text)")
      case .note: if !quiet { Console.tell(remark.text) }
      }
    }
    return context
  }
}
