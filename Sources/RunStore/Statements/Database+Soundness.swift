import GRDB

extension Database {
  /// What SQLite finds wrong with the pages, in one line; nil for a sound file.
  /// - Parameter check: The quick check, or the one that also compares indexes with their tables.
  func damage(by check: String = "PRAGMA quick_check(1)") throws -> String? {
    do {
      let finding = try row(check)?.values.first?.text ?? "it cannot be checked"
      return finding == "ok" ? nil : finding.split(separator: "\n").last.map(String.init)
    } catch let error as DatabaseError where error.isOfDamage {
      return RunStoreError.detail(of: error)
    }
  }

  /// Copies the database, which is the file at `path`, to a new one.
  /// - Parameter place: What to name where the copy cannot be written.
  func copy(_ path: String, to destination: String, at place: String) throws {
    do {
      try run("VACUUM INTO :path", ["path": .text(Connection.plain(destination))])
    } catch let error as DatabaseError {
      // A page that leads nowhere is a full disk, too, in the words of SQLite.
      if let damage = try damage() { throw RunStoreError.corrupt(path: path, detail: damage) }
      throw RunStoreError(error, path: error.isOfSource ? path : place)
    }
  }

  /// The rows of our tables that point to a row that is not there, in words. What others keep beside ours
  /// is theirs to look after.
  func danglingRows() throws -> [String] {
    let names = EmbeddedSchema.objects.filter { $0.kind == "table" }.map(\.name)
    let tables = try rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .map { try $0.text("name") }.filter { names.contains($0) }
    return try tables.flatMap { table in
      try rows(
        """
        SELECT parent, COUNT(*) AS count
        FROM pragma_foreign_key_check(:table)
        GROUP BY parent
        ORDER BY parent
        """, ["table": .text(table)]
      ).map {
        "\(try $0.integer("count")) rows of \(table) point to no row of \(try $0.text("parent"))"
      }
    }
  }
}

extension DatabaseError {
  /// Whether it may come from a file that is damaged.
  var isOfDamage: Bool {
    [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_IOERR].contains(resultCode)
  }

  /// Whether copying ended because of what is copied: nobody else knows of the new file.
  var isOfSource: Bool {
    [.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_CORRUPT, .SQLITE_NOTADB].contains(resultCode)
  }
}
