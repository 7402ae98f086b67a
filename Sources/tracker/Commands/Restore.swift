import ArgumentParser
import RunStore

/// `tracker restore`.
struct Restore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Bring back deleted runs.")

  @Argument(help: runHelp)
  var selectors: [String]

  @OptionGroup var database: DatabaseOptions

  func run() throws {
    let database = try database.openForWriting()
    for run in try database.idsToChange(selectors, deleted: true) {
      try database.restoreRun(run)
      try Console.print("Restored run \(run).")
    }
  }
}
