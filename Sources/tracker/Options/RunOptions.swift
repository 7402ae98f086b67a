import ArgumentParser
import Foundation
import Launcher
import Provenance
import Recipes
import Recording
import RunStore

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

  @OptionGroup var system: SystemMetricsOptions

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
    context.parentRun = LaunchedParent.run(in: output.database.path)
    context.systemMetricsSeconds = system.seconds
    return context
  }
}

/// Where a command that trains logs to, and what it prints.
struct OutputOptions: ParsableArguments {
  @OptionGroup var database: DatabaseOptions

  @Flag(help: "Print nothing but errors and warnings.")
  var quiet = false

  @Flag(help: "Print one JSON object at the end, and nothing else on standard output.")
  var json = false

  /// The stored run that a person means by `text`. Which of several with one name it is, is said.
  func selector(_ text: String, in context: RunContext) throws -> RunSelector {
    let database = try RunDatabase(readingFrom: context.databasePath)
    return try quiet ? RunSelector(text, in: database) : database.selector(text)
  }

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
