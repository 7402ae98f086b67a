import Foundation
import RunStore
import Subprocess
import TestSupport
import Testing

/// A fresh folder in which commands run as a person would run them: by the built program.
struct Workplace {
  /// What a command left behind.
  struct Outcome {
    let status: TerminationStatus
    let output: String
    let errors: String

    /// The lines of the standard output.
    var lines: [String] { output.split(whereSeparator: \.isNewline).map(String.init) }
  }

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A folder in which `tracker.db` has the bytes of a file that was made once.
  init(with file: Task<Data, any Error>) async throws {
    try self.init()
    try await file.value.write(to: self.file("tracker.db"))
  }

  /// A folder in which `smallRun` was made, as run 1 of `tracker.db`.
  static func withRun() async throws -> Workplace { try await Workplace(with: recording) }

  /// The bytes of the file after `smallRun`: made once, for all tests that only read it.
  private static let recording = Task {
    let workplace = try Workplace()
    _ = try await workplace.tracker(smallRun + ["--quiet"])
    return try Data(contentsOf: workplace.file("tracker.db"))
  }

  /// A training that takes a fraction of a second. On a machine that takes ten for it, it would note besides
  /// what the machine does.
  static let smallRun = [
    "run", "lenet", "--data", "shapes", "--limit", "200", "--validation-limit", "50",
    "--system-metrics", "0", "--epochs", "2",
  ]

  func path(_ name: String) -> String { folder.path(name) }

  func file(_ name: String) -> URL { URL(fileURLWithPath: path(name)) }

  /// The names of the files here.
  var files: Set<String> {
    get throws { Set(try FileManager.default.contentsOfDirectory(atPath: folder.url.path)) }
  }

  /// Runs `tracker`, which lies beside the tests.
  func tracker(_ arguments: [String], database: String? = nil) async throws -> Outcome {
    try await run(
      .path(.init(Bundle.main.bundleURL.appendingPathComponent("tracker").path)), arguments,
      environment: .inherit.updating(["TRACKER_DB": database]))
  }

  /// Runs a command line as one types it, with `tracker` in the path.
  func shell(_ command: String) async throws -> Outcome {
    try await run(.name("sh"), ["-c", command], environment: shellEnvironment)
  }

  private var shellEnvironment: Environment {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return .inherit.updating([
      "PATH": Bundle.main.bundleURL.path + ":" + path, "TRACKER_DB": nil,
    ])
  }

  /// What is looked at while it runs mostly runs until it is ended: it leaves the processors to the tests.
  private static let niceness = ["-n", "15"]

  /// Runs `tracker`, and does something to its process meanwhile.
  func tracker(
    _ arguments: [String], while body: (_ process: pid_t) async throws -> Void
  ) async throws -> Outcome {
    let tracker = Bundle.main.bundleURL.appendingPathComponent("tracker").path
    return try await run(.name("nice"), Self.niceness + [tracker] + arguments, while: body)
  }

  /// Runs `tracker` to its end.
  /// - Returns: The most memory that it took, in megabytes; nil where there is no Python to ask.
  func peakMemory(of arguments: [String]) async throws -> Int? {
    let script = """
      import resource, subprocess, sys
      subprocess.run(sys.argv[1:], check=True, stdout=sys.stderr)
      print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
      """
    let search = try await shell("command -v python3")
    guard search.status == .exited(0) else { return nil }
    let outcome = try await run(
      .name("python3"), ["-c", script, "tracker"] + arguments, environment: shellEnvironment)
    let megabytes: Int = try #require(Int(outcome.lines.first ?? ""), "\(outcome.errors)")
    return megabytes
  }

  /// Runs `tracker` to its end.
  /// - Returns: How long its process ran, as a shell saw it: here one waits for other tests as well.
  func duration(of arguments: [String]) async throws -> Duration {
    let script = "s=$(date +%s%N); tracker \"$@\" >&2 && echo $(($(date +%s%N) - s))"
    let outcome = try await run(
      .name("sh"), ["-c", script, "sh"] + arguments, environment: shellEnvironment)
    return .nanoseconds(try #require(Int(outcome.lines.first ?? ""), "\(outcome.errors)"))
  }

  /// Runs `tracker`, and sends it a signal after a time, if it has not ended by then. The moment is what
  /// such tests are about: there is nothing to wait for but time.
  @discardableResult
  func tracker(
    _ arguments: [String], endedBy signal: Int32, after time: Duration
  ) async throws -> Outcome {
    // Of 0 it would wait for ever.
    let seconds = max(time / .seconds(1), 0.001)
    return try await run(
      .name("timeout"),
      ["--foreground", "--preserve-status", "-s", "\(signal)", "\(seconds)", "tracker"] + arguments,
      environment: shellEnvironment)
  }

  /// Runs a command line, and does something to the process of its shell meanwhile: that of `tracker`
  /// after `exec`.
  func shell(
    _ command: String, while body: (_ process: pid_t) async throws -> Void
  ) async throws -> Outcome {
    try await run(
      .name("nice"), Self.niceness + ["sh", "-c", command], environment: shellEnvironment,
      while: body)
  }

  /// Runs the `sqlite3` shell.
  func sqlite3(_ file: String, _ sql: String) async throws -> Outcome {
    try await run(.name("sqlite3"), [path(file), sql])
  }

  /// Whether there is a `sqlite3` shell.
  static func hasSQLiteShell() async -> Bool {
    let result = try? await Subprocess.run(
      .name("sqlite3"), arguments: ["-version"], output: .discarded)
    return result?.terminationStatus.isSuccess ?? false
  }

  /// The run database of the usual name.
  func database() throws -> RunDatabase { try RunDatabase(readingFrom: path("tracker.db")) }

  private func run(
    _ program: Executable, _ arguments: [String], environment: Environment = .inherit
  ) async throws -> Outcome {
    let result = try await Subprocess.run(
      program, arguments: Arguments(arguments), environment: environment,
      workingDirectory: .init(folder.url.path), output: .string(limit: 1 << 24),
      error: .string(limit: 1 << 20))
    return Outcome(
      status: result.terminationStatus, output: result.standardOutput,
      errors: result.standardError)
  }

  private func run(
    _ program: Executable, _ arguments: [String], environment: Environment = .inherit,
    while body: (_ process: pid_t) async throws -> Void
  ) async throws -> Outcome {
    try await onOwnThread {
      let result = try await Subprocess.run(
        program, arguments: Arguments(arguments), environment: environment,
        workingDirectory: .init(folder.url.path), input: .none, output: .discarded,
        error: .string(limit: 1 << 20)
      ) { execution in
        try await body(execution.processIdentifier.value)
      }
      return Outcome(status: result.terminationStatus, output: "", errors: result.standardError)
    }
  }
}
