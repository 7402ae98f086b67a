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
}

private final class Deadline {
  private let time: ContinuousClock.Instant
  init(after seconds: Double) { time = .now + .seconds(seconds) }
  var isOver: Bool { ContinuousClock.now > time }
}
