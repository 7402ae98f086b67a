import GRDB

/// The texts of the schema that the program carries with it: the newest, `schema.sql`, and the older ones.
enum EmbeddedSchema {
  /// The mark of a tracker file: `PRAGMA application_id` in `schema.sql`.
  static let applicationID = 1_416_784_718
  /// The newest version of the schema: `PRAGMA user_version` in `schema.sql`.
  static let version = 2

  /// The whole script; it makes a file of the newest version out of an empty one.
  static var script: String { EmbeddedSQL.text(PackageResources.schema_sql) }

  /// The script of version 1, as it was released.
  static var firstScript: String { EmbeddedSQL.text(PackageResources.schema_v1_sql) }

  /// A view or trigger: what stands in the file but holds no rows.
  struct Derived: Hashable {
    /// `VIEW` or `TRIGGER`.
    let kind: String
    let name: String
    /// The statement that makes it, as SQLite keeps it in `sqlite_schema`.
    let sql: String

    /// The table or view that a trigger belongs to; nil for a view.
    var table: String? {
      sql.firstMatch(of: /\sON\s+(\w+)\s+BEGIN/).map { String($0.1) }
    }
  }

  /// All views and triggers of the script, in its order.
  static var derived: [Derived] {
    EmbeddedSQL.statements(PackageResources.schema_sql).compactMap { statement in
      let words = statement.prefix(200).split(maxSplits: 3, whereSeparator: \.isWhitespace)
      guard words.count > 2, words[0] == "CREATE" else { return nil }
      guard words[1] == "VIEW" || words[1] == "TRIGGER" else { return nil }
      return Derived(kind: String(words[1]), name: String(words[2]), sql: statement)
    }
  }
}
