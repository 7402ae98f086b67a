import ArgumentParser
import Foundation
import Reporting
import RunStore
import Subprocess

/// `tracker report`.
struct Report: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write runs as one HTML file.", subcommands: [ReportRuns.self, ReportCourse.self],
    defaultSubcommand: ReportRuns.self)
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
    name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"))
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
    name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"))
  var output = "report.html"

  @Flag(help: "First run what is missing.")
  var runMissing = false

  @OptionGroup var database: DatabaseOptions

  func validate() throws { try requireName(ofOutput: output, by: "--output") }

  func run() async throws {
    _ = try TemporaryPlace.folder()
    if runMissing { try await makeMissingRuns() }
    let report = HTMLReport(on: try database.openForReading())
    let page = try await report.html()
    let missing = try report.missingParts()
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
    let report = HTMLReport(on: try database.openForWritingOrMake())
    var done: Set<[String]> = []
    for part in try report.missingParts() where done.insert(part.arguments).inserted {
      Console.tell(part.command)
      let result = try await Subprocess.run(
        .path(.init(Bundle.main.executablePath ?? CommandLine.arguments[0])),
        arguments: Arguments(part.arguments + ["--quiet", "--db", database.path]),
        output: .discarded, error: .string(limit: 1 << 20))
      guard result.terminationStatus.isSuccess else {
        throw FailedRun(command: part.command, words: result.standardError)
      }
    }
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
