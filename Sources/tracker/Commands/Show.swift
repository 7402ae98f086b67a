import ArgumentParser
import Foundation
import Reporting
import RunStore

/// `tracker show`.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one run: how it stands, its parameters, losses, layers and surroundings.")

  @Argument(help: runHelp)
  var selector: String

  @Flag(help: "Show what its program printed, and nothing else.")
  var output = false

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup var sheet: SheetOptions

  func run() throws {
    let database = try database.openForReading(characters: format.mostCharacters)
    let run = try database.runID(ofWhole: database.selector(selector))
    if output { return try showOutput(ofRun: run, in: database) }
    let tables = try RunSheet(
      of: run, in: database, limit: format.mostRows, format: format.format, seenFrom: .current(),
      at: Date()
    ).tables
    let cut = try sheet.write(tables, format, limit: format.mostRows)
    if let limit = format.mostRows, !cut.isEmpty {
      Console.tell(
        "Note: These tables have more than \(limit) rows, and the first are shown:"
          + " \(cut.joined(separator: ", ")). All of them: tracker show \(run)"
          + " --format jsonl\(self.database.words)")
    }
  }

  /// The lines as they were printed; as a table where another format is asked for.
  private func showOutput(ofRun run: Int, in database: RunDatabase) throws {
    guard format.format == .text else {
      var writer = TableWriter(format.format, to: FileOutput(.standardOutput))
      writer.begin(["line", "at", "stream", "text"])
      try database.forEachOutputLine(ofRun: run) { line in
        writer.row([
          .integer(Int64(line.number)), .init(line.time?.formatted(.iso8601)),
          .text(line.stream.rawValue), .text(line.text),
        ])
      }
      writer.end()
      return try Console.finish(writer.output)
    }
    let output = FileOutput(.standardOutput)
    var isEmpty = true
    try database.forEachOutputLine(ofRun: run) { line in
      output.write(VisibleText.escapingWithinLines(line.text) + "\n")
      isEmpty = false
    }
    try Console.finish(output)
    if isEmpty {
      Console.tell("Note: Nothing that run \(run) printed is kept; runs of 'tracker exec' keep it.")
    }
  }
}

/// What an argument that names a run may be.
let runHelp = ArgumentHelp(
  "An id, 'latest', a name, the start of a uuid, or 'best:METRIC' such as best:val/loss.",
  valueName: "run")
