import Foundation
import GRDB

/// A tracker file: every training run, in full, in one SQLite database.
///
/// ```swift
/// let database = try RunDatabase(writingTo: "tracker.db")
/// let run = try database.createRun(RunDraft(name: "first", startedAt: Date()))
/// try database.record(batch, run: run.id)
/// try database.finishRun(run.id, status: .finished, at: Date())
/// ```
///
/// Each method that writes is one transaction; it waits for other writers, at most a minute. Any
/// number of processes may read and write the same file. All methods throw `RunStoreError`.
public struct RunDatabase: Sendable {
  /// The path of the file, as it was given.
  public let path: String

  private let connections: any DatabaseWriter
  private let isReadOnly: Bool
  /// The most characters to read of what people see of a run; nil for all.
  private(set) var characters: Int?
  /// Which file was opened; another may have its path by now.
  private let identity: FileIdentity?
  /// What someone should know of the file.
  public let notices: [FileNotice]
  /// What the file itself holds, if a copy of it is read.
  let original: SchemaCheck?
  private let log: LogWatch?

  /// Opens the file at `path` for reading and writing; makes it if there is none, and brings an older
  /// one to the newest schema. A file that is refused stays as it is.
  /// - Parameter readers: How many threads may read at once, beside one that writes. With none, reading
  ///   and writing share one connection and wait for each other, which is enough for a program of one
  ///   thread, and opens faster.
  public init(writingTo path: String, readers: Int = 0) throws {
    try self.init(writingTo: path, readers: readers, upgrade: SchemaUpgrade(path: path))
  }

  /// Opens the file at `path` for mending: triggers of others, and views and triggers that stand under
  /// our names, are dropped first.
  public init(mending path: String) throws {
    var upgrade = SchemaUpgrade(path: path)
    upgrade.dropsIntruders = true
    try self.init(writingTo: path, upgrade: upgrade)
  }

  /// Opens the file at `path` for a server, which reads on several threads beside one that writes: what it
  /// has committed is on the disk, and it waits for other writers no longer than those it serves wait for it.
  /// - Parameters:
  ///   - functions: Functions that its statements use.
  ///   - patience: How long it waits for other writers, in seconds.
  package init(
    serving path: String, readers: Int, functions: [DatabaseFunction], patience: TimeInterval
  ) throws {
    try self.init(
      writingTo: path, readers: readers, functions: functions, patience: patience,
      upgrade: SchemaUpgrade(path: path))
    try outsideTransactions { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
  }

  /// Opens with other upgrade steps than the released ones, for tests of the upgrade itself.
  init(
    writingTo path: String, readers: Int = 0, functions: [DatabaseFunction] = [],
    patience: TimeInterval = Connection.patience, upgrade: SchemaUpgrade
  ) throws {
    self.path = path
    let before = FileIdentity(path: path)
    let opened = try Connection.forWriting(path: path, upgrade: upgrade)
    characters = nil
    connections =
      try readers == 0
      ? opened.queue
      : Connection.pool(path: path, readers: readers, functions: functions, patience: patience)
    isReadOnly = false
    (notices, original) = (opened.notices, nil)
    identity = FileIdentity(path: path)
    log = try LogWatch(path: path)
    // While this one waited for a lock, a backup may have taken the place of the file.
    guard before == nil || before == identity else { throw RunStoreError.vanished(path: path) }
  }

  /// Makes sure that there is a tracker file of some version, without bringing it to this one.
  /// - Throws: `missing`, `empty`, and what else keeps the file from being opened.
  public static func requireFile(at path: String) throws {
    try Connection.requireFile(at: path)
    let upgrade = SchemaUpgrade(path: path)
    guard try Connection.asking(path, upgrade.state) != .empty else {
      throw RunStoreError.empty(path: path)
    }
  }

  /// Opens the existing file at `path` for reading, also while other processes write it.
  /// - Parameter characters: The most characters to read of what people see of a run: its name, settings,
  ///   tags and remarks. `…` stands for the rest. Nil for all.
  public init(readingFrom path: String, characters: Int? = nil) throws {
    self.path = path
    let opened = try Connection.forReading(
      path: path, upgrade: SchemaUpgrade(path: path), prepare: Connection.setReadOnly)
    self.characters = characters
    connections = opened.queue
    (notices, original) = (opened.notices, opened.original)
    isReadOnly = true
    identity = nil
    log = nil
  }

  /// The same connections, over which people see the first characters of long texts.
  public func showing(characters: Int) -> RunDatabase {
    var database = self
    database.characters = characters
    return database
  }

  /// Runs `body` on one state of the file, which others cannot change meanwhile.
  package func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try translatingErrors(path: path) {
      guard isReadOnly else { return try connections.read(body) }
      // GRDB would forbid writing and allow it again, after each of which SQLite compiles all statements
      // anew; over this connection it is forbidden for good.
      return try connections.unsafeRead { db in
        try db.beginTransaction(.deferred)
        do {
          let value = try body(db)
          try db.commit()
          return value
        } catch {
          // What was wrong with the body matters more.
          try? db.rollback()
          throw error
        }
      }
    }
  }

  /// Reads by statements that others typed: over the same connection if that only reads.
  package func statements() throws -> StatementReader {
    if isReadOnly, let queue = connections as? DatabaseQueue {
      return StatementReader(path: path, sharing: queue)
    }
    return try StatementReader(readingFrom: path)
  }

  /// Runs `body` as one transaction: all of it is stored, or nothing.
  package func write<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try requireWritable()
    return try keepingTheFileWhole {
      try translatingErrors(path: path) {
        let value = try connections.write { db in
          try log?.check()
          return try body(db)
        }
        try log?.note()
        return value
      }
    }
  }

  /// Runs `body` without a transaction, for statements that cannot be in one.
  package func outsideTransactions<Value>(_ body: (Database) throws -> Value) throws -> Value {
    try requireWritable()
    return try translatingErrors(path: path) { try connections.writeWithoutTransaction(body) }
  }

  /// Runs `body`; where it finds that the log was cut, nothing of it gets into the file any more.
  private func keepingTheFileWhole<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as RunStoreError {
      if case .cutLog = error {
        // A connection that is closed empties the log into the file: this one stays open until the
        // process ends, which leaves both as they are.
        _ = Unmanaged.passRetained(connections as AnyObject)
      }
      throw error
    }
  }

  private func requireWritable() throws {
    guard !isReadOnly else { throw RunStoreError.openedForReading(path: path) }
    // A file that was removed can still be written, but nobody will ever read it.
    guard FileIdentity(path: path) == identity else { throw RunStoreError.vanished(path: path) }
  }

  /// Ends what is being read or written now with the error `interrupted`. May be called from any thread.
  public func interrupt() { connections.interrupt() }

  /// Copies all pages to `destination` by SQLite's online backup.
  func copy(to destination: DatabaseQueue) throws {
    try connections.backup(to: destination)
  }
}
