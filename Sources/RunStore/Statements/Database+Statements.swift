import GRDB

extension Database {
  /// Runs a statement that returns nothing.
  /// - Parameter values: The parameters of `sql`, by name without the colon.
  package func run(_ sql: String, _ values: KeyValuePairs<String, SQLValue> = [:]) throws {
    let statement = try cachedStatement(sql: sql)
    let handle = StatementHandle(pointer: statement.sqliteStatement)
    for (name, value) in values { try handle.bind(value, to: name) }
    try handle.runToEnd()
  }

  /// Runs a statement that returns nothing and has some of the parameters in `values`.
  func run(_ sql: String, withSomeOf values: KeyValuePairs<String, SQLValue>) throws {
    let handle = StatementHandle(pointer: try cachedStatement(sql: sql).sqliteStatement)
    for (name, value) in values where handle.hasParameter(name) { try handle.bind(value, to: name) }
    try handle.runToEnd()
  }

  /// Runs a statement and collects its rows.
  /// - Parameter values: The parameters of `sql`, by name without the colon.
  package func rows(
    _ sql: String, _ values: KeyValuePairs<String, SQLValue> = [:]
  ) throws -> [ResultRow] {
    var rows: [ResultRow] = []
    try forEachRow(sql, values) { rows.append($0.kept) }
    return rows
  }

  /// Runs a statement and hands over its rows as they come; memory does not grow with their number.
  /// - Parameter body: May run other statements, but not this one, and keeps nothing of the row but values.
  package func forEachRow(
    _ sql: String, _ values: KeyValuePairs<String, SQLValue> = [:],
    _ body: (ResultRow) throws -> Void
  ) throws {
    var known: ResultRow.Columns?
    try forEachStep(sql, values) { handle in
      let columns = known ?? ResultRow.Columns(handle.columnNames)
      known = columns
      try body(ResultRow(columns, of: handle))
    }
  }

  /// Runs a statement and hands it over at each of its rows, for values too long to be copied.
  /// - Parameter body: May run other statements, but not this one, and keeps nothing of the row.
  package func forEachStep(
    _ sql: String, _ values: KeyValuePairs<String, SQLValue> = [:],
    _ body: (StatementHandle) throws -> Void
  ) throws {
    let handle = StatementHandle(pointer: try cachedStatement(sql: sql).sqliteStatement)
    defer { handle.reset() }
    for (name, value) in values { try handle.bind(value, to: name) }
    while try handle.advance() { try body(handle) }
  }

  /// Runs a statement that was put together for this one time, and hands it over at each of its rows.
  /// - Parameter values: The values of `?1`, `?2` …
  package func forEachStep(
    once sql: String, _ values: [SQLValue], _ body: (StatementHandle) throws -> Void
  ) throws {
    let statement = try makeStatement(sql: sql)
    try withExtendedLifetime(statement) {
      let handle = StatementHandle(pointer: statement.sqliteStatement)
      for (index, value) in zip(Int32(1)..., values) { try handle.bind(value, at: index) }
      while try handle.advance() { try body(handle) }
    }
  }

  /// Runs a statement and returns its first row, if there is one.
  package func row(_ sql: String, _ values: KeyValuePairs<String, SQLValue> = [:]) throws
    -> ResultRow?
  {
    try rows(sql, values).first
  }

  /// Runs a statement such as `INSERT … RETURNING id` and returns the whole number in its first cell.
  package func returnedInteger(
    _ sql: String, _ values: KeyValuePairs<String, SQLValue> = [:]
  ) throws -> Int {
    guard let value = try row(sql, values)?.values.first?.integer else {
      throw DatabaseError(message: "the statement returned no number")
    }
    return Int(value)
  }

  /// The number of bytes of the file.
  func byteCount() throws -> Int {
    try returnedInteger("PRAGMA page_count") * returnedInteger("PRAGMA page_size")
  }
}
