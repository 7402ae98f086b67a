import GRDBSQLite

/// A SQLite connection without any of the tracker's code, to change what it would not.
public struct PlainDatabase {
  private let path: String

  /// Names the file; each statement has a connection of its own.
  public init(path: String) {
    self.path = path
  }

  /// Runs statements that return nothing.
  public func execute(_ sql: String) throws {
    var pointer: OpaquePointer?
    defer { sqlite3_close(pointer) }
    guard sqlite3_open(path, &pointer) == SQLITE_OK,
      sqlite3_exec(pointer, sql, nil, nil, nil) == SQLITE_OK
    else { throw Failure(message: String(cString: sqlite3_errmsg(pointer))) }
  }

  /// What SQLite said.
  public struct Failure: Error {
    /// Its words.
    public let message: String
  }
}
