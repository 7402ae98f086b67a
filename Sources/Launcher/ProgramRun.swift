import Foundation
import Logging
import Provenance
import RunStore
import Server

/// Runs any program as a run: its output, its end, the state of its code and the use of the machine are kept,
/// and what it logs by MLflow or the Python module goes into the same run.
///
/// The program is in our process group and session and has our standard input, so that the terminal reaches
/// it by itself. What it finds in its environment is `LaunchedEnvironment`.
public struct ProgramRun: Sendable {
  /// What a person said of the run.
  public struct Options: Sendable {
    /// The name; nil for that of the program.
    public var name: String?
    /// The experiment; nil for what the program says, or `default`.
    public var experiment: String?
    /// The tags, by name.
    public var tags: [String: String] = [:]
    /// The settings, as they were typed.
    public var parameters: [String: String] = [:]
    /// Remarks.
    public var note: String?
    /// The name that the runs of a sweep share.
    public var group: String?
    /// The run that this one came from.
    public var parent: Int?
    /// Patterns for metrics in the output; none to look for none.
    public var scalarPatterns: [String] = []
    /// From one look at the machine to the next, in seconds; 0 for none.
    public var systemMetricsSeconds = SystemMonitor.usualSeconds

    /// Nothing was said.
    public init() {}

    /// The columns of the run that a person filled, which the program leaves as they are.
    var given: [String] {
      [
        ("name", name != nil), ("experiment", experiment != nil), ("note", note != nil),
        ("group_name", group != nil),
      ].filter(\.1).map(\.0)
    }
  }

  /// What happens on the way, for those who started it.
  public struct Hooks: Sendable {
    /// The program runs, under this process id.
    public var onStart: @Sendable (_ process: pid_t, _ resizing: Int32) -> Void = { _, _ in }
    /// The first signal that asked this process to end, if one has come.
    public var signal: @Sendable () -> Int32? = { nil }
    /// Something that a person should know.
    public var tell: @Sendable (String) -> Void = { _ in }

    /// Nothing happens.
    public init() {}
  }

  /// How it came out.
  public struct Outcome: Sendable, Equatable {
    /// The run.
    public let run: Int
    /// Its name.
    public let name: String
    /// How it stands.
    public let status: RunStatus
    /// The exit status of the program; 128 and the number of the signal that ended it; 1 where it is content,
    /// but what it printed could not be passed on.
    public let exitCode: Int32
    /// Why it did not finish.
    public let reason: String?
    /// How long it took, in seconds.
    public let seconds: Double
    /// The most important metric and its best value; nil if there is none.
    public let best: BestMetric?
  }

  private let program: [String]
  private let path: String
  private let environment: RunEnvironment
  private let options: Options
  private let databasePath: String
  private let version: String

  /// Looks for the program; nothing is started yet.
  /// - Parameters:
  ///   - program: The program and its arguments.
  ///   - environment: Where this process runs, and what was typed.
  ///   - databasePath: The path of the tracker file.
  ///   - version: The version of this program.
  /// - Throws: `LaunchError`.
  public init(
    _ program: [String], in environment: RunEnvironment, options: Options, databasePath: String,
    version: String
  ) throws {
    precondition(!program.isEmpty, "There is no program to run.")
    _ = try ScalarReader(patterns: options.scalarPatterns)
    path = try ChildProcess.find(program[0], in: LaunchedEnvironment.searchPath)
    (self.program, self.environment, self.options) = (program, environment, options)
    self.databasePath = URL(fileURLWithPath: databasePath).path
    self.version = version
  }

  /// Runs the program to its end.
  public func run(_ hooks: Hooks) async throws -> Outcome {
    // A repository that did not tell its commit is not waited for again.
    let patch =
      environment.gitProblem == nil
      ? await GitChanges.patch(of: environment.directory, besides: databasePath) : nil
    let python = PythonInstallation(of: path, path: LaunchedEnvironment.searchPath)
    let database = try RunDatabase(writingTo: databasePath)
    for notice in database.notices { hooks.tell(notice.message) }
    let draft = draft(python)
    let run = try database.createRun(draft).id
    let journal = ProgramJournal(
      database: database, run: run, owner: environment.owner, onLoss: hooks.tell)
    journal.keep(patch: patch, python: python)
    do {
      let clock = ContinuousClock()
      let start = clock.now
      let (end, isWhole) = try await serving(run, hooks) { address in
        try await self.program(run, address: address, journal, hooks)
      }
      let (status, reason) = Self.meaning(of: end, signal: hooks.signal())
      try journal.finish(status, reason: reason, exitCode: end.exitCode)
      // The program has ended as it has, whatever became of the file.
      return Outcome(
        run: run, name: (try? database.run(run).name) ?? draft.name, status: status,
        exitCode: end == .exited(0) && !isWhole ? 1 : end.exitCode, reason: reason,
        seconds: (clock.now - start) / .seconds(1),
        best: (try? database.bestMetric(ofRun: run)) ?? nil)
    } catch {
      // The first error is the one to report.
      try? journal.finish(
        .failed, reason: error.words, exitCode: (error as? LaunchError)?.exitCode ?? 1)
      throw error
    }
  }

  private func draft(_ python: PythonInstallation?) -> RunDraft {
    var draft = RunDraft(
      name: options.name ?? ProgramName.of(program), startedAt: Date(),
      experiment: options.experiment ?? "default", tags: options.tags)
    for (name, text) in options.parameters {
      let stored = ParamText.stored(text)
      draft.parameters[name] = stored.value
      draft.parameterTexts[name] = stored.text
    }
    draft.log(environment)
    // What is done again is the program, and not how it was wrapped.
    draft.arguments = program
    draft.version = version
    draft.note = options.note
    draft.group = options.group
    draft.parentRun = options.parent
    draft.environment["swift"] = nil
    draft.environment.merge(options.facts) { _, fact in fact }
    draft.environment["program"] = .text(path)
    if let python { draft.environment["python"] = .text(python.version) }
    return draft
  }

  /// Does `body` beside a server for the program.
  private func serving<Result: Sendable>(
    _ run: Int, _ hooks: Hooks,
    _ body: @escaping @Sendable (_ address: String) async throws -> Result
  ) async throws -> Result {
    var serverOptions = TrackerServer.Options(port: 0)
    serverOptions.launched = LaunchedRun(
      id: run, owner: environment.owner, keepsName: options.name != nil,
      keepsExperiment: options.experiment != nil, keepsNote: options.note != nil,
      keptParameters: Set(options.parameters.keys))
    // Other users of the machine reach the port, too, and must not know the path. A password would not do:
    // many clients rather show what ~/.netrc has for all machines.
    serverOptions.basePath = UUID().uuidString.lowercased()
    var logger = Logger(label: "tracker") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .critical
    let server = TrackerServer(path: databasePath, options: serverOptions, logger: logger)
    let (addresses, started) = AsyncStream.makeStream(of: String.self)
    let (ends, ending) = AsyncStream.makeStream(of: Void.self)
    return try await withThrowingTaskGroup(of: Result?.self) { tasks in
      tasks.addTask {
        defer { started.finish() }
        try await server.run { address, _ in
          started.yield(address)
        } until: {
          for await _ in ends {}
        }
        return nil
      }
      tasks.addTask {
        defer { ending.finish() }
        for await address in addresses { return try await body(address) }
        return nil
      }
      var result: Result?
      var failure: (any Error)?
      while let next = await tasks.nextResult() {
        switch next {
        case .success(let value): result = value ?? result
        case .failure(let error): failure = failure ?? error
        }
      }
      // A server that fails is no reason to lose how the program ended.
      guard let result else {
        throw failure
          ?? LaunchError.notStarted(program[0], reason: "the server for it did not start")
      }
      if let failure { hooks.tell("Warning: The server for the program failed: \(failure.words)") }
      return result
    }
  }

  /// Starts the program, passes its output on, and waits for its end.
  /// - Returns: How it ended, and whether what it printed was passed on whole.
  private func program(
    _ run: Int, address: String, _ journal: ProgramJournal, _ hooks: Hooks
  ) async throws -> (end: ChildProcess.End, isWhole: Bool) {
    let channels = [try OutputChannel(.stdout), try OutputChannel(.stderr)]
    let recorder = OutputRecorder(
      scalars: options.scalarPatterns.isEmpty
        ? nil : try ScalarReader(patterns: options.scalarPatterns),
      onDelay: journal.wait, onFailure: journal.lose, store: journal.store)
    defer { recorder.end() }
    let process = RunningProcess()
    let pump = try OutputPump(channels) { bytes, stream in
      recorder.receive(Array(bytes), from: stream, at: Date())
    } onResize: {
      process.send(SIGWINCH)
    }
    let variables = LaunchedEnvironment(
      run: run, owner: environment.owner, given: options.given, databasePath: databasePath,
      address: address, isUnbuffered: !channels[0].isTerminal)
    let child = try ChildProcess(
      path: path, arguments: program, environment: variables, output: channels[0].programEnd,
      errors: channels[1].programEnd)
    process.begin(child.id)
    pump.start()
    hooks.onStart(child.id, pump.resizing)
    let monitor = SystemMonitor(
      every: options.systemMetricsSeconds, ofProcess: Int(child.id), onFailure: journal.lose,
      store: journal.store)
    let end = await child.end()
    process.end()
    monitor.end()
    pump.end()
    if let (stream, reason) = pump.loss {
      hooks.tell(
        "Error: \(stream == .stdout ? "Standard output" : "Standard error") could not be written: \(reason)."
      )
    }
    return (end, pump.loss == nil)
  }

  /// What an end says of a run.
  static func meaning(of end: ChildProcess.End, signal: Int32?) -> (RunStatus, String?) {
    switch end {
    case .exited(0): return (.finished, nil)
    case .exited(let code):
      // A shell tells of a signal so, and a program that was asked to end may end in its own way.
      if let signal {
        return (.interrupted, "ended with exit status \(code) after \(SignalName.of(signal))")
      }
      if SignalName.asksToStop(code - 128) {
        return (
          .interrupted, "ended with exit status \(code), as after \(SignalName.of(code - 128))"
        )
      }
      return (.failed, "ended with exit status \(code)")
    case .signaled(let signal):
      let memory = signal == SIGKILL ? "; perhaps the memory was used up" : ""
      return (
        SignalName.asksToStop(signal) ? .interrupted : .failed,
        "ended by \(SignalName.of(signal))\(memory)"
      )
    }
  }
}
