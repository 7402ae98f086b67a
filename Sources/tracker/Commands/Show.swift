import ArgumentParser
import Foundation
import Reporting
import RunStore

/// `tracker show`.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show one run: how it stands, its parameters, losses, layers and surroundings.")

  @Argument(help: runHelp)
  var selector: String

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions
  @OptionGroup var sheet: SheetOptions

  func run() throws {
    let database = try database.openForReading(characters: format.mostCharacters)
    let run = try database.runID(ofWhole: RunSelector(selector, in: database))
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
}

/// What an argument that names a run may be.
let runHelp = ArgumentHelp(
  "An id, 'latest', a name, the start of a uuid, or 'best:METRIC' such as best:val/loss.",
  valueName: "run")
