import GRDB

/// A table, index, view or trigger, as `sqlite_schema` has it.
struct SchemaObject: Hashable {
  /// `table`, `index`, `view` or `trigger`.
  let kind: String
  let name: String
  /// The table or view that an index or trigger belongs to; otherwise the name.
  let table: String
  /// The statement that made it.
  let sql: String

  /// What a database holds, but for what SQLite made by itself, in the order in which it was made.
  static func all(in db: Database) throws -> [SchemaObject] {
    try db.rows(
      """
      SELECT type, name, tbl_name, sql
      FROM sqlite_schema
      WHERE sql IS NOT NULL
      ORDER BY rowid
      """
    ).map { row in
      SchemaObject(
        kind: try row.text("type"), name: try row.text("name"), table: try row.text("tbl_name"),
        sql: try row.text("sql"))
    }
  }

  /// What a script of the schema makes: by default that of `schema.sql`.
  static func released(by script: String = EmbeddedSchema.script) throws -> [SchemaObject] {
    try DatabaseQueue().write { db in
      try db.execute(sql: script)
      return try all(in: db)
    }
  }

  /// Whether both are made by the same statement, but for comments, white space and the quotes that
  /// SQLite puts around a name that was changed.
  func isMadeLike(_ other: SchemaObject) -> Bool {
    kind == other.kind && Self.words(of: sql) == Self.words(of: other.sql)
  }

  /// A statement without comments, white space and double quotes; 'text' stays as it is.
  private static func words(of sql: String) -> String {
    var words = ""
    var rest = sql.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "'":
        let end = rest.firstIndex(of: "'") ?? rest.endIndex
        words += "'" + String(rest[..<end]) + "'"
        rest = rest[end...].dropFirst()
      case "-" where rest.first == "-":
        rest = rest[(rest.firstIndex(of: "\n") ?? rest.endIndex)...]
      case "\"": continue
      case _ where scalar.properties.isWhitespace: continue
      default: words.unicodeScalars.append(scalar)
      }
    }
    return words
  }
}

/// What a file lacks of the newest schema.
struct SchemaDifference {
  /// What there should be.
  let object: SchemaObject
  /// Whether there is nothing of that name; otherwise there is something else.
  let isMissing: Bool

  /// What a database lacks, in the order in which it can be made.
  static func all(in db: Database) throws -> [SchemaDifference] {
    let present = try SchemaObject.all(in: db)
    return try SchemaObject.released().compactMap { object in
      // A view and a trigger may share a name.
      let isTrigger = object.kind == "trigger"
      let found = present.filter { $0.name == object.name && ($0.kind == "trigger") == isTrigger }
      guard !found.contains(where: object.isMadeLike) else { return nil }
      return SchemaDifference(object: object, isMissing: found.isEmpty)
    }
  }

  /// Whether questions about the rows cannot be asked.
  var preventsReading: Bool {
    (object.kind == "table" && isMissing) || object.name == "metric_series_recomputed"
  }

  /// What is wrong, in words.
  var finding: Finding {
    Finding(
      kind: object.kind == "table" ? .table : .schema,
      message: "The \(object.kind) \(object.name) "
        + (isMissing ? "is missing." : "is not as this version makes it."))
  }
}
