import ArgumentParser
import Foundation
import RunStore

/// `tracker export run`.
struct ExportRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Write one run, whole, to a tracker file of its own.",
    discussion: "The other way round: tracker merge FILE.")

  @Argument(help: runHelp)
  var selector: String

  @Option(name: .shortAndLong, help: "The file to make; there must be no such file.")
  var output: String

  @OptionGroup var database: DatabaseOptions

  func validate() throws { try requireName(ofOutput: output, by: "--output") }

  func run() throws {
    tellOfUnfinished(output)
    // Of the run, only its rows go anywhere.
    let database = try database.openForReading(characters: 1_000)
    let run = try database.runID(ofWhole: database.selector(selector))
    try database.exportRun(run, to: output, seenFrom: .current(), at: Date())
    try database.tellBytesParameters(ofRuns: [database.run(run).uuid])
    try Console.print(output)
  }
}
