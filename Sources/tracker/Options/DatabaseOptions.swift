import ArgumentParser
import Foundation
import RunStore

/// Which tracker file a command is about.
struct DatabaseOptions: ParsableArguments {
  @Option(
    name: .customLong("db"),
    help: ArgumentHelp(
      "The tracker file; without it $TRACKER_DB, or tracker.db in this folder.",
      valueName: "file"))
  var file: String?

  /// The path of the file.
  var path: String {
    file ?? ProcessInfo.processInfo.environment["TRACKER_DB"] ?? "tracker.db"
  }

  /// Opens the file for reading.
  func openForReading() throws -> RunDatabase {
    try RunDatabase(readingFrom: path)
  }
}
