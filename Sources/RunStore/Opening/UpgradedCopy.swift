import Foundation
import GRDB

/// A copy of a file of an older version in the temporary folder, brought to the newest one: what only
/// reads leaves the file as it is.
struct UpgradedCopy {
  /// The path of the copy.
  let path: String
  /// The version of the original.
  let version: Int
  /// What stands in the schema of the original; the copy has nothing but what is ours.
  let original: SchemaCheck

  /// - Returns: nil for a file that needs no upgrade, or is not there.
  init?(of original: String, upgrade: SchemaUpgrade) throws {
    // SQLite would make one.
    guard FileManager.default.fileExists(atPath: original) else { return nil }
    let facts = try Connection.asking(original) {
      db -> (version: Int, check: SchemaCheck, bytes: Int)? in
      guard case .ours(let version) = try upgrade.state(of: db), version < upgrade.newest else {
        return nil
      }
      return (version, try SchemaCheck(of: db, version: version), try db.byteCount())
    }
    guard let facts else { return nil }
    let folder = FileManager.default.temporaryDirectory
    guard access(folder.path, W_OK | X_OK) == 0 else {
      throw RunStoreError.badTemporaryFolder(
        path: folder.path, detail: String(cString: strerror(errno)))
    }
    version = facts.version
    self.original = facts.check
    try self.original.requireTables(path: original)
    path = folder.appendingPathComponent("tracker-\(UUID().uuidString).db").path
    // The points stand there twice for a moment.
    try SchemaUpgrade.requireRoom(2 * facts.bytes, beside: path)
    do {
      try Connection.reading(original) { [path] address in
        let queue = try DatabaseQueue(path: address, configuration: Connection.configuration)
        try queue.inDatabase { db in
          try db.run("VACUUM INTO :path", ["path": .text(Connection.plain(path))])
        }
        try queue.close()
      }
      try translatingErrors(path: path) {
        let copy = try DatabaseQueue(path: path, configuration: Connection.configuration)
        try copy.inDatabase { db in
          // What fails is removed; nobody needs to go back.
          try db.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
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
}
