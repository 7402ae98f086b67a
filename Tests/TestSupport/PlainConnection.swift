import GRDBSQLite

/// A SQLite connection without any of this library's code: another program.
public final class PlainConnection {
  private let pointer: OpaquePointer

  /// Opens the file at `path`, and makes it if there is none.
  public init(path: String) throws {
    var pointer: OpaquePointer?
    let code = sqlite3_open(path, &pointer)
    guard code == SQLITE_OK, let pointer else { throw Failure(message: "open: \(code)") }
    self.pointer = pointer
    sqlite3_busy_timeout(pointer, 60_000)
    try execute("PRAGMA foreign_keys = ON")
  }

  deinit {
    sqlite3_close(pointer)
  }

  /// Runs statements that return nothing.
  public func execute(_ sql: String) throws {
    guard sqlite3_exec(pointer, sql, nil, nil, nil) == SQLITE_OK else {
      throw Failure(message: String(cString: sqlite3_errmsg(pointer)))
    }
  }

  /// Runs one statement and returns its rows, each value as text.
  public func textRows(_ sql: String) throws -> [[String]] {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(pointer, sql, -1, &statement, nil) == SQLITE_OK else {
      throw Failure(message: String(cString: sqlite3_errmsg(pointer)))
    }
    defer { sqlite3_finalize(statement) }
    var rows: [[String]] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW:
        rows.append(
          (0..<sqlite3_column_count(statement)).map { column in
            let text = sqlite3_column_text(statement, column).map { String(cString: $0) }
            return text ?? "NULL"
          })
      case SQLITE_DONE: return rows
      default: throw Failure(message: String(cString: sqlite3_errmsg(pointer)))
      }
    }
  }

  /// SQLite refused something.
  public struct Failure: Error, Equatable {
    /// In its own words.
    public let message: String

    /// What SQLite says: `message`.
    public init(message: String) { self.message = message }
  }
}
