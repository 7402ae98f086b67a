import Foundation

/// A new folder for the files of one measurement, to be removed after it.
struct TemporaryFolder {
  let url: URL

  /// - Parameter place: Where it is made.
  init(in place: URL = FileManager.default.temporaryDirectory) throws {
    url = place.appending(path: "tracker-benchmark-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// The path of a file in it.
  func file(_ name: String) -> String { url.appending(path: name).path }

  /// Removes it with all that is in it. Best effort: what stays behind does no harm.
  func remove() { try? FileManager.default.removeItem(at: url) }
}
