import Foundation
import GRDB

/// A copy of a file of an older version in the temporary folder, brought to the newest one: what only
/// reads leaves the file as it is.
struct UpgradedCopy {
  /// The path of the copy.
  let path: String

  /// - Returns: nil for a file that needs no upgrade.
  init?(of original: String, upgrade: SchemaUpgrade) throws {
    guard let version = try Self.version(of: original, upgrade: upgrade), version < upgrade.newest
    else { return nil }
    let folder = FileManager.default.temporaryDirectory
    guard access(folder.path, W_OK | X_OK) == 0 else {
      throw RunStoreError.badTemporaryFolder(
        path: folder.path, detail: String(cString: strerror(errno)))
    }
    path = folder.appendingPathComponent("tracker-\(UUID().uuidString).db").path
    do {
      try Connection.reading(original) { [path] address in
        let queue = try DatabaseQueue(path: address)
        try queue.inDatabase { db in
          try db.run("VACUUM INTO :path", ["path": .text(Connection.plain(path))])
        }
        try queue.close()
        let copy = try DatabaseQueue(path: path)
        try copy.inDatabase { db in
          try SchemaUpgrade(path: original, steps: upgrade.steps, keepsCopy: false).apply(to: db)
        }
        try copy.close()
      }
    } catch {
      remove()
      throw error
    }
  }

  /// Removes the copy; who has opened it can go on reading.
  func remove() {
    for side in ["", "-journal", "-wal", "-shm"] {
      // What stays behind in the temporary folder does no harm.
      try? FileManager.default.removeItem(atPath: path + side)
    }
  }

  /// The version of the file at `path`; nil if it is empty or not readable this way.
  private static func version(of path: String, upgrade: SchemaUpgrade) throws -> Int? {
    // What cannot be opened is refused, with its reason, by who opens it next.
    let state = try? Connection.reading(path) { address in
      try DatabaseQueue(path: address).read { try upgrade.state(of: $0) }
    }
    guard case .ours(let version)? = state else { return nil }
    return version
  }
}
