import ArgumentParser
import RunStore

/// `tracker init`.
struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a new tracker file, or bring one of an older version up to this one.",
    discussion: """
      Before an older file changes, a copy of it is put beside it, with the number of its version at \
      the end of the name. Every command that writes does the same.
      """)

  @OptionGroup var database: DatabaseOptions

  func run() throws {
    _ = try database.openForWritingOrMake()
    try Console.print(database.path)
  }
}
