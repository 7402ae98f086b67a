import ArgumentParser
import Foundation
import Reporting
import RunStore

/// `tracker experiments`.
struct Experiments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiments",
    abstract: "List experiments, rename or delete one.",
    subcommands: [ListExperiments.self, RenameExperiment.self, DeleteExperiment.self],
    defaultSubcommand: ListExperiments.self)
}

/// `tracker experiments list`.
struct ListExperiments: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the experiments with the number of their runs.")

  @OptionGroup var database: DatabaseOptions
  @OptionGroup var format: FormatOptions

  func run() throws {
    let experiments = try database.openForReading().experiments()
    try Console.write(Table.experiments(experiments), format)
  }
}

/// `tracker experiments rename`.
struct RenameExperiment: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename", abstract: "Give an experiment another name.")

  @Argument(help: "The experiment.")
  var name: String

  @Argument(help: "Its new name.")
  var newName: String

  @OptionGroup var database: DatabaseOptions

  func validate() throws {
    guard !newName.isEmpty else { throw ValidationError("The new name is empty.") }
  }

  func run() throws {
    try database.openForWriting().renameExperiment(name, to: newName, at: Date())
    try Console.print("Renamed '\(name)' to '\(newName)'.")
  }
}

/// `tracker experiments delete`.
struct DeleteExperiment: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Delete an experiment without runs; a later run of this name brings it back.")

  @Argument(help: "The experiment.")
  var name: String

  @OptionGroup var database: DatabaseOptions

  func run() throws {
    try database.openForWriting().deleteExperiment(name, at: Date())
    try Console.print("Deleted the experiment '\(name)'.")
  }
}
