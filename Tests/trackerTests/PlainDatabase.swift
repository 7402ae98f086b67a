import GRDBSQLite

/// A SQLite connection without any of the tracker's code, to change what it would not.
struct PlainDatabase {
  let path: String

  /// Runs statements that return nothing.
  func execute(_ sql: String) throws {
    var pointer: OpaquePointer?
    defer { sqlite3_close(pointer) }
    guard sqlite3_open(path, &pointer) == SQLITE_OK,
      sqlite3_exec(pointer, sql, nil, nil, nil) == SQLITE_OK
    else { throw Failure(message: String(cString: sqlite3_errmsg(pointer))) }
  }

  /// What SQLite said.
  struct Failure: Error {
    let message: String
  }
}
