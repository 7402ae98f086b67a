import Foundation
import Provenance
import RunStore
import TestSupport

@testable import Recipes

/// A fresh tracker file for one test.
struct Logbook {
  let folder: TemporaryFolder
  let context: RunContext

  init() async throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    context = RunContext(
      databasePath: folder.path("tracker.db"), experiment: "default", name: nil, tags: [:],
      note: nil,
      environment: await .current(arguments: ["tracker"], directory: folder.url.path),
      version: "1",
      // The context keeps the folder alive, for tests that need nothing else of the log.
      now: { withExtendedLifetime(folder) { Date(timeIntervalSince1970: 1_000) } },

      // The folder stays for as long as someone has the context, with or without the logbook.
      elapsed: { withExtendedLifetime(folder) { 0 } })
  }

  func database() throws -> RunDatabase { try RunDatabase(readingFrom: context.databasePath) }

  /// Whether anything has been written.
  var isEmpty: Bool { !FileManager.default.fileExists(atPath: context.databasePath) }

  /// Writes a file with this text and returns its path.
  func file(_ name: String, _ text: String) throws -> String {
    let path = folder.path(name)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// The values of a metric, by step.
  func values(_ metric: String, ofRun run: Int) throws -> [Double] {
    try database().metrics(ofRun: run, name: metric).map(\.value)
  }
}
