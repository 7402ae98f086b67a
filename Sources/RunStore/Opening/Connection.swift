import Foundation
import GRDB
import GRDBSQLite

/// Opens SQLite connections the way this library wants them.
enum Connection {
  /// How long a connection waits for other writers.
  static let patience: TimeInterval = 60

  /// Opens the file at `path` for reading and writing, and makes it if there is none.
  ///
  /// A file that is refused stays as it is.
  static func forWriting(path: String, upgrade: SchemaUpgrade) throws -> DatabaseQueue {
    try translatingErrors(path: path) {
      let queue = try openQueue(path: path)
      try queue.inDatabase { db in
        guard sqlite3_db_readonly(db.sqliteConnection, "main") == 0 else {
          _ = try upgrade.state(of: db)
          throw RunStoreError.readOnly(path: path)
        }
        try upgrade.apply(to: db)
        try switchToWAL(db)
      }
      return queue
    }
  }

  /// Opens the existing file at `path` for reading, also while others write it.
  ///
  /// The connection may write as far as the system is concerned: only so can SQLite clean up the
  /// side files of its write-ahead log. `RunDatabase` and `StatementReader` see to it that no
  /// statement writes.
  static func forReading(
    path: String, upgrade: SchemaUpgrade,
    prepare: @escaping @Sendable (Database) throws -> Void = { _ in }
  ) throws -> DatabaseQueue {
    var isFolder: ObjCBool = false
    guard !path.isEmpty, FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw RunStoreError.missing(path: path)
    }
    guard !isFolder.boolValue else {
      throw RunStoreError.cannotOpen(path: path, detail: "it is a folder")
    }
    var configuration = configuration
    configuration.prepareDatabase { db in
      guard try upgrade.state(of: db) != .empty else { throw RunStoreError.empty(path: path) }
      try prepare(db)
    }
    return try translatingErrors(path: path) { [configuration] in
      do {
        return try DatabaseQueue(path: plain(path), configuration: configuration)
      } catch let error as DatabaseError
        where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) && hasNoLog(path)
      {
        // On a read-only medium the side files cannot be made, and nobody can write behind our back.
        return try DatabaseQueue(path: immutable(path), configuration: configuration)
      }
    }
  }

  private static func openQueue(path: String) throws -> DatabaseQueue {
    do {
      return try DatabaseQueue(path: plain(path), configuration: configuration)
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
      // On a read-only medium SQLite opens the file, but cannot make its side files.
      let files = FileManager.default
      guard files.fileExists(atPath: path), !files.isWritableFile(atPath: path) else { throw error }
      throw RunStoreError.readOnly(path: path)
    }
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    return configuration
  }

  private static func switchToWAL(_ db: Database) throws {
    let mode = try db.row("PRAGMA journal_mode")?.values.first?.text
    if mode != "wal" { try db.execute(sql: "PRAGMA journal_mode = WAL") }
    // In WAL mode a commit survives the death of the process without waiting for the disk.
    try db.execute(sql: "PRAGMA synchronous = NORMAL")
  }

  /// The path, such that SQLite takes it neither for a URI nor for one of its own names.
  ///
  /// Whatever SQLite opens goes through here first: what lies beside the file may do harm.
  static func plain(_ path: String) throws -> String {
    try SideFiles(of: path).refuseSuperJournal()
    return path.hasPrefix("/") ? path : "./" + path
  }

  private static func immutable(_ path: String) throws -> String {
    try SideFiles(of: path).refuseSuperJournal()
    return URL(fileURLWithPath: path).absoluteString + "?immutable=1"
  }

  /// Whether there is no write-ahead log with content beside the file.
  private static func hasNoLog(_ path: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
    return (attributes?[.size] as? Int ?? 0) == 0
  }
}
