import GRDB
import GRDBSQLite

/// Decides for SQLite, action by action, whether a statement only reads.
enum ReadingAuthorizer {
  /// The PRAGMAs that only tell, whatever their argument.
  private static let describingPragmas: Set<String> = [
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
    "foreign_key_list", "foreign_key_check", "integrity_check", "quick_check",
  ]

  /// The PRAGMAs that tell something if they have no argument, and change it otherwise.
  private static let askingPragmas: Set<String> = [
    "application_id", "user_version", "schema_version", "page_count", "page_size",
    "freelist_count", "encoding", "database_list", "collation_list", "function_list",
    "compile_options",
  ]

  /// The functions that reach beyond the database.
  private static let deniedFunctions: Set<String> = [
    "load_extension", "fts3_tokenizer", "readfile", "writefile", "edit",
  ]

  /// Makes SQLite ask here about the statements that `db` compiles from now on.
  ///
  /// This takes the place of GRDB's own authorizer, which only serves the observation of changes.
  static func install(on db: Database) {
    sqlite3_set_authorizer(
      db.sqliteConnection,
      { _, action, first, second, _, _ in
        ReadingAuthorizer.allows(
          action, ReadingAuthorizer.name(first), ReadingAuthorizer.name(second))
          ? SQLITE_OK : SQLITE_DENY
      }, nil)
  }

  /// Lets statements of our own be compiled without questions.
  static func remove(from db: Database) {
    sqlite3_set_authorizer(db.sqliteConnection, nil, nil)
  }

  /// - Parameters:
  ///   - first: The name of a PRAGMA or table.
  ///   - second: The name of a function, or the argument of a PRAGMA.
  static func allows(_ action: Int32, _ first: String?, _ second: String?) -> Bool {
    switch action {
    case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE:
      return true
    case SQLITE_FUNCTION:
      return !deniedFunctions.contains(second?.lowercased() ?? "")
    case SQLITE_PRAGMA:
      let pragma = first?.lowercased() ?? ""
      return describingPragmas.contains(pragma)
        || (askingPragmas.contains(pragma) && second == nil)
    case SQLITE_UPDATE:
      // Table-valued functions such as json_each declare their columns this way. A statement that
      // would really change the schema table is not read-only, and refused as such.
      return first == "sqlite_master"
    default:
      return false
    }
  }

  private static func name(_ text: UnsafePointer<CChar>?) -> String? {
    text.map { String(cString: $0) }
  }
}
