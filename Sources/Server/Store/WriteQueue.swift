import Foundation
import GRDB
import RunStore

/// The one thread that writes. What waits for it together shares a transaction, and with it the wait for the
/// disk; each has a savepoint of its own, so that one that is refused takes nothing along.
final class WriteQueue: @unchecked Sendable {
  // Everything that changes is read and written with `condition` locked.
  private let condition = NSCondition()
  private var waiting: [any WaitingWrite] = []
  private var isClosed = false
  private var hasEnded = false

  /// The most writes of a transaction: those that come later wait for less.
  private static let mostAtOnce = 256

  private let database: RunDatabase

  /// Starts the thread.
  init(database: RunDatabase) {
    self.database = database
    let thread = Thread { self.work() }
    thread.name = "writer"
    thread.stackSize = 1 << 21
    thread.start()
  }

  /// Runs `body` in a transaction, and comes back when that is on the disk.
  /// - Throws: What `body` throws; then nothing of what it did is stored.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let write = Write(body: body, continuation: continuation)
      let isAccepted = condition.withLock {
        guard !isClosed else { return false }
        waiting.append(write)
        condition.signal()
        return true
      }
      if !isAccepted { continuation.resume(throwing: CancellationError()) }
    }
  }

  /// Takes no more writes, and comes back when all that was accepted is done.
  func close() {
    condition.lock()
    defer { condition.unlock() }
    isClosed = true
    condition.broadcast()
    while !hasEnded { condition.wait() }
  }

  private func work() {
    while let writes = next() {
      do {
        try database.write { db in
          for write in writes {
            try write.run(in: db)
            // Some errors, such as a full disk, end the whole transaction.
            if !db.isInsideTransaction { throw write.failure ?? RunStoreError.interrupted }
          }
        }
        for write in writes { write.end() }
      } catch {
        for write in writes { write.end(by: error) }
      }
    }
    condition.withLock {
      hasEnded = true
      condition.broadcast()
    }
  }

  private func next() -> [any WaitingWrite]? {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty {
      if isClosed { return nil }
      condition.wait()
    }
    let writes = Array(waiting.prefix(Self.mostAtOnce))
    waiting.removeFirst(writes.count)
    return writes
  }
}

private protocol WaitingWrite: AnyObject {
  /// The error of its own body, once that ran.
  var failure: (any Error)? { get }
  func run(in db: Database) throws
  func end()
  func end(by error: any Error)
}

/// A write that someone waits for. Only the writing thread touches it once it was accepted.
private final class Write<Value: Sendable>: WaitingWrite {
  private let body: @Sendable (Database) throws -> Value
  private let continuation: CheckedContinuation<Value, any Error>
  private var result: Result<Value, any Error>?

  init(
    body: @escaping @Sendable (Database) throws -> Value,
    continuation: CheckedContinuation<Value, any Error>
  ) {
    self.body = body
    self.continuation = continuation
  }

  var failure: (any Error)? {
    if case .failure(let error) = result { error } else { nil }
  }

  func run(in db: Database) throws {
    try db.run("SAVEPOINT request")
    do {
      result = .success(try body(db))
    } catch {
      result = .failure(error)
      guard db.isInsideTransaction else { return }
      try db.run("ROLLBACK TO request")
    }
    try db.run("RELEASE request")
  }

  func end() {
    switch result {
    case .success(let value): continuation.resume(returning: value)
    case .failure(let error): continuation.resume(throwing: error)
    case nil: continuation.resume(throwing: RunStoreError.interrupted)
    }
  }

  func end(by error: any Error) { continuation.resume(throwing: failure ?? error) }
}
