import ArgumentParser
import Foundation
import Launcher
import Provenance
import RunStore

/// `tracker exec`.
struct Exec: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exec",
    abstract:
      "Run any program as a run: its output, its end, its code and the machine's load are kept.",
    discussion: """
      The program is found and ended as if it had been started alone: its output, exit status, signals and \
      terminal are its own. What it logs to MLflow or by 'import trackerdb' goes into the run, with no server \
      to start; further runs of it become children of the run. Python writes each line at once (it finds \
      PYTHONUNBUFFERED=1) where its output goes to a file or pipe.
      """)

  @OptionGroup var options: ProgramOptions

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp("The program and its arguments, after '--'.", valueName: "command"))
  var program: [String] = []

  func validate() throws {
    guard !program.isEmpty else {
      throw ValidationError("A program to run is missing: tracker exec -- python train.py")
    }
  }

  func run() async throws {
    try await options.run(program)
  }
}

/// What can be said of a run of any program.
struct ProgramOptions: ParsableArguments {
  @OptionGroup var database: DatabaseOptions

  @Option(
    help: "What to call the run; without it, as the program does, or as the program is called.")
  var name: String?

  @Option(
    help: "The experiment that the run belongs to; without it, the one that the program names.")
  var experiment: String?

  @Option(name: .customLong("tag"), help: "A word to hang on the run, or word=value; repeatable.")
  var tags: [NamedValue] = []

  @Option(name: .customLong("param"), help: "A setting to note, name=value; repeatable.")
  var params: [NamedValue] = []

  @Option(help: "Remarks on the run.")
  var note: String?

  @Option(help: "The name that the runs of a sweep share.")
  var group: String?

  @Option(
    name: .customLong("scalars"),
    help: ArgumentHelp(
      "Look for metrics in what the program prints: 'auto' knows 'loss: 0.31' and 'epoch 3 val_acc=0.9'; a"
        + " pattern is a line as it is printed, with names for its numbers: 'step {step} loss"
        + " {train/loss}'; repeatable.",
      valueName: "pattern"))
  var scalars: [String] = []

  @OptionGroup var system: SystemMetricsOptions

  @Option(
    help: ArgumentHelp(
      "A command line to run at the end, with TRACKER_RUN_ID, TRACKER_RUN_NAME, TRACKER_RUN_STATUS,"
        + " TRACKER_RUN_EXIT_CODE, TRACKER_BEST_METRIC and TRACKER_BEST_VALUE in its environment.",
      valueName: "command"))
  var onEnd: String?

  @Flag(help: "Say nothing at the end.")
  var quiet = false

  func validate() throws {
    for (option, value) in [("--name", name), ("--experiment", experiment), ("--group", group)]
    where value?.isEmpty == true {
      throw ValidationError("\(option) needs a name.")
    }
    for param in params where param.value == nil {
      throw ValidationError("--param needs a name and a value: --param \(param.name)=0.1")
    }
    do {
      _ = try ScalarReader(patterns: scalars)
    } catch let error as LaunchError {
      throw ValidationError("\(error.localizedDescription)\nTry: \(error.recoverySuggestion ?? "")")
    }
  }

  /// Where this process runs.
  static func environment() async -> RunEnvironment {
    await RunEnvironment.current(
      arguments: ["tracker"] + CommandLine.arguments.dropFirst(),
      directory: FileManager.default.currentDirectoryPath)
  }

  /// Runs a program, and ends as it did.
  /// - Parameters:
  ///   - known: Where this process runs, if that was asked already.
  ///   - databaseWords: What a command needs to find the file again; nil for what these options say.
  ///   - set: Changes what the options say.
  func run(
    _ program: [String], in known: RunEnvironment? = nil, databaseWords: String? = nil,
    setting set: (inout ProgramRun.Options) -> Void = { _ in }
  ) async throws {
    Console.outliveReaders()
    ForwardedSignals.listen()
    database.warnOfOtherNames()
    let environment = if let known { known } else { await Self.environment() }
    if let problem = environment.gitProblem, !quiet { Console.tell("Note: \(problem).") }
    var said = ProgramRun.Options()
    (said.name, said.experiment, said.note, said.group) = (name, experiment, note, group)
    said.tags = Dictionary(tags.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    said.parameters = Dictionary(
      params.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    said.scalarPatterns = scalars
    said.systemMetricsSeconds = system.seconds
    said.parent = LaunchedParent.run(in: database.path)
    set(&said)
    var hooks = ProgramRun.Hooks()
    hooks.onStart = { process, resizing in ForwardedSignals.pass(to: process, resizing: resizing) }
    hooks.signal = { ForwardedSignals.first }
    hooks.tell = { Console.tellOnce($0) }
    do {
      let outcome = try await ProgramRun(
        program, in: environment, options: said, databasePath: database.path,
        version: programVersion
      ).run(hooks)
      try await finish(outcome, databaseWords: databaseWords ?? database.words)
    } catch let error as LaunchError {
      report(error)
      throw ExitCode(error.exitCode)
    }
  }

  private func finish(_ outcome: ProgramRun.Outcome, databaseWords: String) async throws {
    if !quiet {
      Console.tell(outcome.words + " Look: tracker show \(outcome.run)\(databaseWords)")
    }
    if let onEnd, try await !outcome.tell(onEnd, databasePath: database.path) {
      Console.tell("Warning: The command of --on-end failed: \(onEnd)")
    }
    throw ExitCode(outcome.exitCode)
  }
}

extension ProgramRun.Outcome {
  /// What a person wants to know at the end.
  fileprivate var words: String {
    let time = String(format: "%.1f s", seconds)
    let best = best.map { ", best \($0.name) \($0.value)" } ?? ""
    return "Run \(run) (\(name)) \(status.rawValue) after \(time)"
      + (reason.map { ": \($0)" } ?? "") + best + "."
  }
}

/// How often the machine is looked at.
struct SystemMetricsOptions: ParsableArguments {
  @Option(
    name: .customLong("system-metrics"),
    help: ArgumentHelp(
      "Note every so many seconds what processors, memory, disk, network and graphics cards do; 0 for"
        + " never.",
      valueName: "seconds"))
  var seconds = SystemMonitor.usualSeconds

  func validate() throws {
    guard seconds == 0 || (0.1...86_400).contains(seconds) else {
      throw ValidationError("--system-metrics is 0, or from 0.1 to 86400 seconds.")
    }
  }
}
