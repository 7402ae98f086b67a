import ArgumentParser
import Foundation
import RunStore

/// `tracker delete`.
struct Delete: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Delete runs such that they can be restored.",
    discussion: "Deleted runs are no longer listed; tracker prune removes them for good.")

  @Argument(help: runHelp)
  var selectors: [String]

  @OptionGroup var database: DatabaseOptions

  func run() throws {
    let database = try database.openForWriting()
    let runs = try selectors.map { try database.runID(ofWhole: RunSelector($0, in: database)) }
    for run in runs {
      try database.deleteRun(run, seenFrom: .current(), at: Date())
      try Console.print("Deleted run \(run).")
    }
    Console.tell(
      "Undo: tracker restore \(runs.map(String.init).joined(separator: " "))\(self.database.words)"
    )
  }
}
