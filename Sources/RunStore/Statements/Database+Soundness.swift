import GRDB

/// A check of SQLite's of the pages of a file.
enum PageCheck: String {
  /// Leaves out whether indexes fit their tables.
  case quick = "quick_check"
  case whole = "integrity_check"
}

extension Database {
  /// The first thing that SQLite finds wrong with the pages, in one line; nil for a sound file.
  func damage(by check: PageCheck = .quick) throws -> String? {
    do {
      return try pageFaults(by: check).first?.split(separator: "\n").last.map(String.init)
    } catch let error as DatabaseError where error.isOfDamage {
      return RunStoreError.detail(of: error)
    }
  }

  /// What SQLite finds wrong with the pages.
  ///
  /// To check a table, SQLite works out what its statement says: expressions in indexes, generated columns,
  /// CHECKs. Those of others may take any time and any memory. A file that has some is checked table by
  /// table of ours, and what others have made of ours is not.
  func pageFaults(by check: PageCheck) throws -> [String] {
    let others = try computedByOthers()
    guard !others.isEmpty else { return try faults(check.rawValue) }
    let tables = try SchemaObject.all(in: self)
      .filter { $0.kind == "table" && EmbeddedSchema.hasMade($0) }.map(\.name)
    return try tables.flatMap { table in
      let hasIndex = others.contains { $0.kind == "index" && $0.table.lowercased() == table }
      return try faults("\((hasIndex ? .quick : check).rawValue)(\(table))")
    }
  }

  private func faults(_ check: String) throws -> [String] {
    try rows("PRAGMA \(check)").compactMap { $0.values.first?.text }.filter { $0 != "ok" }
  }

  /// Tables and indexes of others with expressions that a check of the pages works out.
  private func computedByOthers() throws -> [SchemaObject] {
    // SQLite goes by the statements; the other columns may say anything.
    try SchemaObject.all(in: self).map { $0.asRead ?? $0 }.filter { object in
      guard ["table", "index"].contains(object.kind), !EmbeddedSchema.hasMade(object),
        !object.isVirtual
      else { return false }
      switch object.kind {
      case "table":
        return try object.mentions("check")
          || row(
            "SELECT 1 FROM pragma_table_xinfo(:name) WHERE hidden <> 0",
            ["name": .text(object.name)]) != nil
      case "index":
        return try object.mentions("where")
          || row(
            "SELECT 1 FROM pragma_index_xinfo(:name) WHERE cid = -2",
            ["name": .text(object.name)]) != nil
      default: return false
      }
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
