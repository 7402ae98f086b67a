import ArgumentParser
import Foundation
import Reporting
import RunStore
import Subprocess

/// `tracker report`.
struct Report: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write runs as one HTML file.",
    subcommands: [ReportRuns.self, ReportCourse.self], defaultSubcommand: ReportRuns.self)
}

/// `tracker report runs`, which is `tracker report`.
struct ReportRuns: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "What runs were given and what they reached: tables, curves, layers, histograms.",
    discussion: """
      Up to eight runs are shown with all that is known of them; of more, what they reached. Runs that \
      repeat settings with other seeds are drawn as means.
      """)

  @OptionGroup var search: RunSearchOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write, in place of one of this name.", valueName: "file"))
  var output = "report.html"

  @OptionGroup var database: DatabaseOptions

  func validate() throws { try requireName(ofOutput: output, by: "--output") }

  func run() async throws {
    let gnuplot = Gnuplot(scratchFolder: try TemporaryPlace.folder())
    let database = try database.openForReading()
    let ids = try search.ids(in: database, order: .value(name: "id"))
    let page = try await RunsReport(on: database, gnuplot: gnuplot)
      .html(on: ids, seenFrom: .current(), at: Date())
    try writeFile(Data(page.utf8), to: output)
    try Console.print(output)
  }
}

/// `tracker report course`.
struct ReportCourse: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "course",
    abstract: "Every table and picture of the recipes.",
    discussion: """
      The newest finished run answers each part. A part without a run names the command that makes \
      one; --run-missing runs them all.
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write, in place of one of this name.", valueName: "file"))
  var output = "report.html"

  @Flag(help: "First run what is missing.")
  var runMissing = false

  @OptionGroup var database: DatabaseOptions

  func validate() throws { try requireName(ofOutput: output, by: "--output") }

  func run() async throws {
    _ = try TemporaryPlace.folder()
    let failures = runMissing ? try await makeMissingRuns() : []
    let report = CourseReport(on: try database.openForReading())
    let display = ReportProgress()
    let page = try await report.html { display.show("drawing part \($0) of \($1)") }
    display.clear()
    let missing = try report.missingSources()
    try writeFile(Data(page.utf8), to: output)
    try Console.print(output)
    if let failure = failures.first { throw failure }
    if !missing.isEmpty {
      Console.tell(
        ["Missing runs (or: tracker report course --run-missing):"]
          + missing.map { "  \($0.command)" })
    }
  }

  /// Makes the runs that are missing. One that fails, such as for want of data, is no reason to make no other.
  private func makeMissingRuns() async throws -> [FailedRun] {
    // Opening for writing makes the file if there is none, so that every run is missing.
    let missing = try CourseReport(on: try database.openForWritingOrMake()).missingSources()
    let display = ReportProgress()
    let clock = ContinuousClock()
    var failures: [FailedRun] = []
    ForwardedSignals.listen()
    defer { StopSignals.takeUnfinishedFilesAlong() }
    for (index, source) in missing.enumerated() {
      display.begin(source.command, number: index + 1, of: missing.count)
      let start = clock.now
      let result = try await Subprocess.run(
        .path(.init(Bundle.main.executablePath ?? CommandLine.arguments[0])),
        arguments: Arguments(source.arguments + ["--db", database.path]), input: .none,
        output: .discarded, error: .sequence
      ) { execution in
        ForwardedSignals.pass(to: execution.processIdentifier.value, resizing: -1)
        var progress = RunProgress()
        var words: [String] = []
        for try await line in execution.standardError.strings() {
          if progress.take(line) {
            display.show(progress.words, source.command, number: index + 1, of: missing.count)
          } else {
            words.append(line)
          }
        }
        return words
      }
      ForwardedSignals.forget()
      let seconds = String(format: "%.1f", (clock.now - start) / .seconds(1))
      let hasFailed = !result.terminationStatus.isSuccess
      let signal = ForwardedSignals.first
      display.end(
        source.command,
        "\(!hasFailed ? "" : signal == nil ? "failed after " : "stopped after ")\(seconds) s",
        number: index + 1, of: missing.count)
      if let signal {
        report(
          StoppedRuns(number: index + 1, count: missing.count, databaseWords: database.words))
        throw ExitCode(128 + signal)
      }
      if hasFailed {
        failures.append(FailedRun(command: source.command, words: result.closureResult))
      }
    }
    return failures
  }
}

/// How far a command that trains is, by the lines that it prints.
private struct RunProgress {
  private var run = ""
  private var epoch = ""

  /// Takes a line such as `Run 7 of 20: depth 2` or `epoch 3/5  train loss 0.4`; false if it is something else.
  mutating func take(_ line: String) -> Bool {
    if let match = line.firstMatch(of: #/^Run (\d+ of \d+)/#) {
      (run, epoch) = ("run \(match.output.1)", "")
    } else if let match = line.firstMatch(of: #/^epoch \d+/\d+/#) {
      epoch = String(match.output)
    } else {
      return false
    }
    return true
  }

  var words: String { [run, epoch].filter { !$0.isEmpty }.joined(separator: ", ") }
}

/// A line on a terminal that says what is being done; elsewhere a line for each command.
private struct ReportProgress {
  private let isShown = isatty(STDERR_FILENO) == 1

  func show(_ words: String) {
    if isShown { Console.draw("\r\u{1B}[K\(words.prefix(max(10, Console.columns - 1)))") }
  }

  func clear() {
    if isShown { Console.draw("\r\u{1B}[K") }
  }

  /// A command begins.
  func begin(_ command: String, number: Int, of count: Int) {
    if isShown {
      show("", command, number: number, of: count)
    } else {
      Console.draw("\(number) of \(count): \(command)")
    }
  }

  /// A command is somewhere in its runs.
  func show(_ progress: String, _ command: String, number: Int, of count: Int) {
    show("\(number) of \(count)\(progress.isEmpty ? "" : " (\(progress))"): \(command)")
  }

  /// A command has ended.
  func end(_ command: String, _ outcome: String, number: Int, of count: Int) {
    clear()
    Console.draw(
      isShown ? "\(number) of \(count): \(command) (\(outcome))\n" : " (\(outcome))\n")
  }
}

/// Someone wanted no more of the runs that the report needs.
private struct StoppedRuns: LocalizedError {
  let number: Int
  let count: Int
  let databaseWords: String

  var errorDescription: String? {
    "The runs that the report lacks were stopped in number \(number) of \(count); what they reached is kept."
  }
  var recoverySuggestion: String? {
    "make the rest: tracker report course --run-missing\(databaseWords)"
  }
}

/// A run that the report needs did not succeed.
private struct FailedRun: LocalizedError {
  let command: String
  let words: [String]

  var errorDescription: String? { "The report lacks a run, which failed: \(command)" }
  var failureReason: String? { words.joined(separator: "\n") }
  var recoverySuggestion: String? { "\(command), and then the report again" }
}
