import GRDB

/// A table, index, view or trigger, as `sqlite_schema` has it.
struct SchemaObject: Hashable, Sendable {
  /// `table`, `index`, `view` or `trigger`.
  let kind: String
  let name: String
  /// The table or view that an index or trigger belongs to; otherwise the name.
  let table: String
  /// The statement that made it.
  let sql: String

  /// What a database holds, but for what SQLite keeps for itself, in the order in which it was made.
  /// - Parameter schema: The name under which the database is attached.
  static func all(in db: Database, schema: String = "main") throws -> [SchemaObject] {
    try db.rows(
      """
      SELECT
        CAST(type AS TEXT) AS type, COALESCE(CAST(name AS TEXT), '') AS name,
        COALESCE(CAST(tbl_name AS TEXT), '') AS tbl_name, CAST(sql AS TEXT) AS sql
      FROM \(schema.inQuotes).sqlite_schema
      WHERE sql IS NOT NULL
      ORDER BY rowid
      """
    ).map { row in
      SchemaObject(
        kind: try row.optionalText("type") ?? "", name: try row.text("name"),
        table: try row.text("tbl_name"), sql: try row.text("sql"))
    }
  }

  /// What a script makes, in its order, each with what SQLite keeps of its statement.
  static func made(by script: [UInt8]) -> [SchemaObject] {
    EmbeddedSQL.statements(script).compactMap { sql in
      SQLScanner.creation(in: Array(sql.utf8)).map { kind, name, table in
        SchemaObject(kind: kind, name: name, table: table, sql: sql)
      }
    }
  }

  /// The object that SQLite makes of the statement, whatever the other columns say.
  var asRead: SchemaObject? {
    SQLScanner.creation(in: Array(sql.utf8)).map { kind, name, table in
      SchemaObject(kind: kind, name: name, table: table, sql: sql)
    }
  }

  /// Whether both are made by the same statement, but for comments, white space and the quotes that
  /// SQLite puts around a name that was changed.
  func isMadeLike(_ other: SchemaObject) -> Bool {
    let (mine, others) = (Array(sql.utf8), Array(other.sql.utf8))
    // SQLite reads no further than U+0000.
    guard kind == other.kind, !mine.contains(0), !others.contains(0) else { return false }
    return mine == others || SQLScanner.words(of: mine) == SQLScanner.words(of: others)
  }

  /// Whether both are the same to the byte.
  func isSame(as other: SchemaObject) -> Bool {
    kind == other.kind && name == other.name && table == other.table
      && Array(sql.utf8) == Array(other.sql.utf8)
  }

  /// What to call it in words.
  var title: String { "\(kind) \(name)" }

  /// Whether a word stands in the statement, in any case and without quotes.
  func mentions(_ word: String) -> Bool {
    SQLScanner.words(of: Array(sql.utf8)).contains { $0.lowercased() == word }
  }

  /// Whether it is a table whose rows a module keeps.
  var isVirtual: Bool { secondWord == "virtual" }

  /// Whether it is an index that decides which rows there may be.
  var isUniqueIndex: Bool { kind == "index" && secondWord == "unique" }

  /// The word after CREATE.
  private var secondWord: String? {
    SQLScanner.words(of: Array(sql.utf8)).dropFirst().first?.lowercased()
  }

  /// The statement that drops it.
  var removal: String { "DROP \(kind) IF EXISTS main.\(name.inQuotes)" }
}

extension SQLScanner {
  /// What a CREATE statement makes; nil for one that SQLite would not understand.
  fileprivate static func creation(
    in sql: [UInt8]
  ) -> (kind: String, name: String, table: String)? {
    var scanner = SQLScanner(sql)
    var words: [String] = []
    func next() -> String? {
      guard scanner.advance() else { return nil }
      words.append(scanner.text)
      return words.last?.lowercased()
    }
    guard next() == "create", var kind = next() else { return nil }
    while ["temp", "temporary", "unique", "virtual"].contains(kind) {
      guard let word = next() else { return nil }
      kind = word
    }
    guard ["table", "index", "view", "trigger"].contains(kind), let first = next() else {
      return nil
    }
    if first == "if" { for _ in 0..<3 where next() == nil { return nil } }
    guard var name = words.last else { return nil }
    guard var word = next() else { return (kind, name.unquoted, name.unquoted) }
    if word == ".", next() != nil, let last = words.last {
      name = last
      word = next() ?? ""
    }
    guard kind == "index" || kind == "trigger" else { return (kind, name.unquoted, name.unquoted) }
    repeat {
      if word == "on", next() != nil, let table = words.last {
        return (kind, name.unquoted, table.unquoted)
      }
      guard let following = next() else { return (kind, name.unquoted, "") }
      word = following
    } while true
  }
}

extension String {
  /// A name as SQL has it, whatever characters it is made of.
  var inQuotes: String { "\"" + replacing("\"", with: "\"\"") + "\"" }

  /// A name without the quotes that SQLite lets stand around it.
  fileprivate var unquoted: String {
    guard let first, "\"'`[".contains(first), count > 1 else { return self }
    let quote = first == "[" ? "]" : String(first)
    return String(dropFirst().dropLast()).replacing(quote + quote, with: quote)
  }
}
