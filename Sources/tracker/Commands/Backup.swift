import ArgumentParser
import Foundation
import RunStore

/// `tracker backup`.
struct Backup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the file, also while runs write to it, or put such a copy back.",
    discussion: """
      The pages of the copy are checked: of a file that is damaged no copy is left, and the exit code \
      is 1. With --restore the copy takes the place of the tracker file, which stays beside it with \
      .before-restore-1 after its name, or the next number. No run and no other program may be at \
      work on the file.
      """)

  @Argument(help: "The copy to make; there must be no such file. With --restore, the one to use.")
  var file: String

  @Flag(help: "Put the copy in the place of the tracker file.")
  var restore = false

  @OptionGroup var database: DatabaseOptions

  func validate() throws { try requireName(ofOutput: file, by: "A copy") }

  func run() throws {
    tellOfUnfinished(restore ? database.path : file)
    guard restore else {
      try database.openForReading().backUp(to: file)
      return try Console.print(file)
    }
    database.warnOfOtherNames()
    let kept = try RunDatabase.putBack(
      file, at: database.path, seenFrom: .current(), at: Date())
    if let kept { Console.tell("What was there before is now '\(kept)'.") }
    try Console.print(database.path)
  }
}
