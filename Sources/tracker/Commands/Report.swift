import ArgumentParser
import Foundation
import Reporting
import RunStore
import Subprocess

/// `tracker report`.
struct Report: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write one HTML file with every table and picture of the recipes.",
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
        ["Missing runs (or: tracker report --run-missing):"] + missing.map { "  \($0.command)" })
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
private struct FailedRun: HintedError {
  let command: String
  let words: String

  var message: String { "The run failed: \(command)" }
  var details: [String] { words.split(separator: "\n").map(String.init) }
  var hint: String { "\(command), and then the report again" }
}
