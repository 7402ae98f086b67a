import ArgumentParser
import Foundation
import RunStore

/// `tracker delete`.
struct Delete: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete runs such that they can be restored.",
    discussion: "Deleted runs are no longer listed; tracker prune removes them for good.")

  @OptionGroup var runs: RunSearchOptions
  @OptionGroup var database: DatabaseOptions

  func validate() throws {
    guard !runs.isEmpty else {
      throw ValidationError("Name runs, or choose them with --where, --experiment or --tag.")
    }
  }

  func run() throws {
    let database = try database.openForWriting()
    let runs = try runs.idsToChange(in: database)
    for run in runs {
      try database.deleteRun(run, seenFrom: .current(), at: Date())
      try Console.print("Deleted run \(run).")
    }
    guard !runs.isEmpty else { return Console.tell("No run is chosen.") }
    Console.tell(
      "Undo: tracker restore \(runs.map(String.init).joined(separator: " "))\(self.database.words)"
    )
  }
}
