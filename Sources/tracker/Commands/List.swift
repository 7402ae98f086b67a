import ArgumentParser
import Foundation
import Reporting
import RunStore

/// `tracker list`.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "List the runs, the newest first.")

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  @Option(help: "List only so many runs.")
  var limit: Int?

  func validate() throws {
    guard limit ?? 1 >= 1 else { throw ValidationError("--limit must be at least 1.") }
  }

  func run() throws {
    let runs = try database.openForReading(characters: format.mostCharacters).runs(
      seenFrom: .current(), at: Date(), limit: limit)
    let table = format.format == .text ? Table.runsAtAGlance(runs) : Table.runs(runs)
    try Console.write(table.formatted(as: format.format))
  }
}
