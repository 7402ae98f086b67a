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
  /// The rows of the original that point to no row, in words.
  let danglingRows: [String]
  private let unfinished: [Int]

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
    try ScratchFolder.requireUsable(folder)
    version = facts.version
    self.original = facts.check
    try self.original.requireTables(path: original)
    path = folder.appendingPathComponent("tracker-\(UUID().uuidString).db").path
    // The points stand there twice for a moment.
    try naming(folder.path, insteadOf: path) { [path] in
      try SchemaUpgrade.requireRoom(2 * facts.bytes, beside: path)
    }
    unfinished = UnfinishedFiles.add(([""] + DraftFile.sideFiles).map { [path] in path + $0 })
    do {
      try Connection.reading(original) { [path] address in
        let queue = try DatabaseQueue(path: address, configuration: Connection.configuration)
        try queue.inDatabase { try $0.copy(original, to: path, at: folder.path) }
        try queue.close()
      }
      do {
        let copy = try DatabaseQueue(path: path, configuration: Connection.configuration)
        danglingRows = try copy.inDatabase { db in
          // What fails is removed; nobody needs to go back.
          try db.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
          return try SchemaUpgrade(path: original, steps: upgrade.steps, keepsCopy: false)
            .apply(to: db)
        }
        try copy.close()
      } catch let error as DatabaseError {
        throw RunStoreError(error, path: error.isOfSource ? original : folder.path)
      }
    } catch {
      Self.remove(path, unfinished)
      throw error
    }
  }

  /// Removes the copy; who has opened it can go on reading.
  func remove() { Self.remove(path, unfinished) }

  private static func remove(_ path: String, _ unfinished: [Int]) {
    // What stays behind in the temporary folder does no harm.
    for side in [""] + DraftFile.sideFiles { unlink(path + side) }
    UnfinishedFiles.forget(unfinished)
  }
}

/// The folder for what is needed for a while.
public enum ScratchFolder {
  /// Makes a file there and removes it: some folders exist, and take none, whatever their permissions say.
  /// - Throws: `RunStoreError.badTemporaryFolder`.
  public static func requireUsable(_ folder: URL) throws {
    let path = folder.appendingPathComponent("tracker-\(UUID().uuidString)").path
    let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw RunStoreError.badTemporaryFolder(
        path: folder.path, detail: String(cString: strerror(errno)))
    }
    close(descriptor)
    unlink(path)
  }
}
