import GRDB
import GRDBSQLite

/// How large the schema of a file may be. Whatever is asked of a file, SQLite reads all of its schema first
/// and keeps it in memory, in a time that grows with the square of the number of objects.
enum SchemaLimits {
  /// The most bytes of a statement; the longest of ours has some thousands.
  static let statement: Int32 = 200_000
  /// The most bytes of memory for all; ours take less than one million.
  static let memory: Int32 = 16_000_000

  /// A schema is larger.
  struct Excess: Error {}
}

extension Database {
  /// Runs `body`, whose first statement makes SQLite read the schema of a file.
  /// - Throws: `SchemaLimits.Excess` if that is larger than any that this program reads.
  func loadingSchema(_ body: () throws -> Void) throws {
    guard let connection = sqliteConnection else { return }
    let isLarge: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { connection in
      var (bytes, most): (Int32, Int32) = (0, 0)
      sqlite3_db_status(OpaquePointer(connection), SQLITE_DBSTATUS_SCHEMA_USED, &bytes, &most, 0)
      return bytes > SchemaLimits.memory ? 1 : 0
    }
    // Some hundred objects lie between two looks.
    sqlite3_progress_handler(connection, 1_000, isLarge, UnsafeMutableRawPointer(connection))
    defer { sqlite3_progress_handler(connection, 0, nil, nil) }
    do {
      try limitingLength(to: SchemaLimits.statement, body)
    } catch let error as DatabaseError
      where [.SQLITE_TOOBIG, .SQLITE_INTERRUPT].contains(error.resultCode)
    {
      throw SchemaLimits.Excess()
    }
  }
}
