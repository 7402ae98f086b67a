import CSQLite
import Foundation
import GRDB
import GRDBSQLite

extension Database {
  /// Runs `body`; the statement that is at work when its time is over ends with the error `interrupted`.
  package func limitingTime<Value>(
    to seconds: Double, _ body: () throws -> Value
  ) rethrows -> Value {
    let deadline = Deadline(after: seconds)
    return try withExtendedLifetime(deadline) {
      sqlite3_progress_handler(
        sqliteConnection, 50_000,
        { pointer in
          guard let pointer else { return 0 }
          return Unmanaged<Deadline>.fromOpaque(pointer).takeUnretainedValue().isOver ? 1 : 0
        }, Unmanaged.passUnretained(deadline).toOpaque())
      defer { sqlite3_progress_handler(sqliteConnection, 0, nil, nil) }
      return try body()
    }
  }

  /// Waits for locks of others, as long as the configuration says, and with the same chance as all others.
  func waitFairly() {
    guard case .timeout(let seconds) = configuration.busyMode else { return }
    sqlite3_wait_fairly(sqliteConnection, Int32(1000 * seconds))
  }

  /// Runs `body`, in which a value or a row of more than `most` bytes is the error `SQLITE_TOOBIG`.
  func limitingLength<Value>(to most: Int32, _ body: () throws -> Value) rethrows -> Value {
    let before = sqlite3_limit(sqliteConnection, SQLITE_LIMIT_LENGTH, most)
    defer { sqlite3_limit(sqliteConnection, SQLITE_LIMIT_LENGTH, before) }
    return try body()
  }

  /// Runs `body`, in which no trigger runs: what these look after is then its own to do.
  func withoutTriggers<Value>(_ body: () throws -> Value) throws -> Value {
    func enable(_ isOn: Bool) throws {
      let code = sqlite3_enable_triggers(sqliteConnection, isOn ? 1 : 0)
      guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }
    try enable(false)
    do {
      let value = try body()
      try enable(true)
      return value
    } catch {
      try enable(true)
      throw error
    }
  }
}

private final class Deadline {
  private let time: ContinuousClock.Instant
  init(after seconds: Double) { time = .now + .seconds(seconds) }
  var isOver: Bool { ContinuousClock.now > time }
}
