import Foundation
import GRDB
import NIOPosix
import RunStore

/// The tracker file, as requests read and write it.
struct ServedFile: Sendable {
  /// Threads that read.
  private static let readers = 4
  /// How long a question may take, in seconds.
  private static let longestRead = 60.0
  /// How long a write waits for other programs, in seconds.
  private static let patience = 30.0

  let database: RunDatabase
  private let writes: WriteQueue
  private let reads: NIOThreadPool

  /// Opens the file at `path`; makes it if there is none.
  init(path: String) throws {
    database = try RunDatabase(
      serving: path, readers: Self.readers, functions: [ParamText.function, LikePattern.function],
      patience: Self.patience)
    writes = WriteQueue(database: database)
    reads = NIOThreadPool(numberOfThreads: Self.readers)
    reads.start()
  }

  /// Runs `body` on one state of the file.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await reads.runIfActive { [database] in
      try Self.translating(database) {
        try database.read { db in try db.limitingTime(to: Self.longestRead) { try body(db) } }
      }
    }
  }

  /// Runs `body` in a transaction that is on the disk when this comes back.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await writes.write { [database] db in try Self.translating(database) { try body(db) } }
  }

  /// Runs work of several transactions of its own, which nobody waits for long.
  func tidy(_ body: @escaping @Sendable (RunDatabase) throws -> Void) async throws {
    try await reads.runIfActive { [database] in try body(database) }
  }

  /// Ends the threads when what was accepted is done.
  func close() async throws {
    try await reads.runIfActive { [writes] in writes.close() }
    try await reads.shutdownGracefully()
  }

  private static func translating<Value>(
    _ database: RunDatabase, _ body: () throws -> Value
  ) throws -> Value {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw RunStoreError(error, path: database.path)
    }
  }
}
