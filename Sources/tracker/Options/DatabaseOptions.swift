import ArgumentParser
import Foundation
import Provenance
import RunStore

/// Which tracker file a command is about.
struct DatabaseOptions: ParsableArguments {
  @Option(
    name: .customLong("db"),
    help: ArgumentHelp(
      "The tracker file; without it $TRACKER_DB, or tracker.db in this folder.",
      valueName: "file"))
  var file: String?

  func validate() throws {
    guard file?.isEmpty != true else { throw ValidationError("--db needs the name of a file.") }
    // SQLite would make a file without the slash, which no later command finds.
    guard !path.hasSuffix("/") else {
      throw ValidationError(
        "The tracker file is no folder, as '\(path)' is by its last sign: name a file in it.")
    }
  }

  private static let usualPath = "tracker.db"

  /// The path of the file. As everywhere, an empty variable is one that is not set.
  var path: String {
    let variable = ProcessInfo.processInfo.environment["TRACKER_DB"] ?? ""
    return file ?? (variable.isEmpty ? Self.usualPath : variable)
  }

  /// What to add to a command, with a space before it, so that it finds the file again.
  var words: String {
    path == Self.usualPath ? "" : " --db \(path.shellQuoted)"
  }

  /// Opens the file for reading.
  /// - Parameter characters: The most characters of a name, setting or remark; nil for all.
  func openForReading(characters: Int? = nil) throws -> RunDatabase {
    let database = try RunDatabase(readingFrom: path, characters: characters)
    tell(database.notices)
    return database
  }

  /// Opens the file for statements that only read.
  /// - Parameter attachments: Other files, by the name under which statements see them.
  func openForStatements(attachments: [String: String] = [:]) throws -> StatementReader {
    let reader = try StatementReader(readingFrom: path, attachments: attachments)
    tell(reader.notices)
    return reader
  }

  /// Says what someone should know of the file, before others open it for reading.
  func tellOfFile() throws { _ = try openForReading() }

  /// Says once what someone should know of the file.
  func tell(_ notices: [FileNotice]) {
    for notice in notices { Console.tellOnce(notice.message) }
  }

  /// Opens the file for changes; there must be one.
  func openForWriting() throws -> RunDatabase {
    try RunDatabase.requireFile(at: path)
    return try openForWritingOrMake()
  }

  /// Opens the file for mending; there must be one.
  func openForMending() throws -> RunDatabase {
    try RunDatabase.requireFile(at: path)
    warnOfOtherNames()
    let database = try RunDatabase(mending: path)
    tell(database.notices)
    return database
  }

  /// Opens the file for changes; makes it if there is none.
  func openForWritingOrMake() throws -> RunDatabase {
    warnOfOtherNames()
    let database = try RunDatabase(writingTo: path)
    tell(database.notices)
    return database
  }

  /// Warns if the file that is about to be written has several names.
  func warnOfOtherNames() {
    guard let count = RunDatabase.nameCount(ofFileAt: path), count > 1 else { return }
    Console.tell([
      "Warning: The file '\(path)' has \(count) names (hard links). Runs written through two of them"
        + " at once are lost.",
      "Try: remove the other names (find them with find -samefile), or use a copy of its own:"
        + " tracker backup FILE\(words)",
    ])
  }
}
