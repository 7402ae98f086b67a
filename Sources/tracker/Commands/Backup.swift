import ArgumentParser
import RunStore

/// `tracker backup`.
struct Backup: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Copy the file, also while runs write to it.")

  @Argument(help: "The copy to make; there must be no such file.")
  var file: String

  @OptionGroup var database: DatabaseOptions

  func run() throws {
    try database.openForReading().backUp(to: file)
    try Console.print(file)
  }
}
