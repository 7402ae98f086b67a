import GRDB

extension Database {
  /// Runs a statement that returns nothing.
  /// - Parameter values: The parameters of `sql`, by name without the colon.
  func run(_ sql: String, _ values: KeyValuePairs<String, SQLValue> = [:]) throws {
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
  func rows(
    _ sql: String, _ values: KeyValuePairs<String, SQLValue> = [:]
  ) throws -> [ResultRow] {
    var rows: [ResultRow] = []
    try forEachRow(sql, values) { rows.append($0) }
    return rows
  }

  /// Runs a statement and hands over its rows as they come; memory does not grow with their number.
  /// - Parameter body: May run other statements, but not this one.
  func forEachRow(
    _ sql: String, _ values: KeyValuePairs<String, SQLValue> = [:],
    _ body: (ResultRow) throws -> Void
  ) throws {
    let statement = try cachedStatement(sql: sql)
    let handle = StatementHandle(pointer: statement.sqliteStatement)
    defer { handle.reset() }
    for (name, value) in values { try handle.bind(value, to: name) }
    // SQLite matches names in either case and gives them back as the table spells them.
    let names = handle.columnNames.map { $0.lowercased() }
    let columns = Dictionary(
      zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    while try handle.advance() {
      try body(
        ResultRow(
          columns: columns, values: names.indices.map { handle.value(at: Int32($0)) }))
    }
  }

  /// Runs a statement and returns its first row, if there is one.
  func row(_ sql: String, _ values: KeyValuePairs<String, SQLValue> = [:]) throws -> ResultRow? {
    try rows(sql, values).first
  }

  /// Runs a statement such as `INSERT … RETURNING id` and returns the whole number in its first cell.
  func returnedInteger(
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
