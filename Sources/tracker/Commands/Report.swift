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
    if runMissing { try await makeMissingRuns() }
    let report = HTMLReport(on: try database.openForReading())
    let display = ReportProgress()
    let page = try await report.html { display.show("drawing part \($0) of \($1)") }
    display.clear()
    let missing = try report.missingSources()
    try writeFile(Data(page.utf8), to: output)
    try Console.print(output)
    if !missing.isEmpty {
      Console.tell(
        ["Missing runs (or: tracker report course --run-missing):"]
          + missing.map { "  \($0.command)" })
    }
  }

  private func makeMissingRuns() async throws {
    // Opening for writing makes the file if there is none, so that every run is missing.
    let missing = try HTMLReport(on: try database.openForWritingOrMake()).missingSources()
    let display = ReportProgress()
    let clock = ContinuousClock()
    for (index, source) in missing.enumerated() {
      display.show("\(index + 1) of \(missing.count): \(source.command)")
      let start = clock.now
      let result = try await Subprocess.run(
        .path(.init(Bundle.main.executablePath ?? CommandLine.arguments[0])),
        arguments: Arguments(source.arguments + ["--quiet", "--db", database.path]),
        output: .discarded, error: .string(limit: 1 << 20))
      display.clear()
      guard result.terminationStatus.isSuccess else {
        throw FailedRun(command: source.command, words: result.standardError)
      }
      let seconds = String(format: "%.1f", (clock.now - start) / .seconds(1))
      Console.tell("\(index + 1) of \(missing.count): \(source.command) (\(seconds) s)")
    }
  }
}

/// A line on a terminal that says what is being done; nothing elsewhere.
private struct ReportProgress {
  private let isShown = isatty(STDERR_FILENO) == 1

  func show(_ words: String) {
    if isShown { Console.draw("\r\u{1B}[K\(words.prefix(max(10, Console.columns - 1)))") }
  }

  func clear() {
    if isShown { Console.draw("\r\u{1B}[K") }
  }
}

/// A run that the report needs did not succeed.
private struct FailedRun: LocalizedError {
  let command: String
  let words: String

  var errorDescription: String? { "The run failed: \(command)" }
  var failureReason: String? { words }
  var recoverySuggestion: String? { "\(command), and then the report again" }
}
