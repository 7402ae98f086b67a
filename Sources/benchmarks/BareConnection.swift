import GRDBSQLite

/// A SQLite connection with nothing around it: what another program has.
final class BareConnection {
  private let pointer: OpaquePointer

  init(path: String) throws {
    var pointer: OpaquePointer?
    let code = sqlite3_open(path, &pointer)
    guard code == SQLITE_OK, let pointer else { throw Failure(message: "open: \(code)") }
    self.pointer = pointer
  }

  deinit { sqlite3_close(pointer) }

  func execute(_ sql: String) throws {
    guard sqlite3_exec(pointer, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
  }

  /// - Returns: A statement, which the caller finalizes.
  func prepare(_ sql: String) throws -> OpaquePointer {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(pointer, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw failure()
    }
    return statement
  }

  func failure() -> Failure { Failure(message: String(cString: sqlite3_errmsg(pointer))) }

  /// SQLite refused something.
  struct Failure: Error {
    let message: String
  }
}

/// The middle of the values; of two in the middle, the larger.
func median(_ values: [Double]) -> Double {
  values.sorted()[values.count / 2]
}
