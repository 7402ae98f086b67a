import Foundation
import GRDB

/// The tables, indexes, views and triggers of a file, compared with the text of its version.
///
/// A file can come from anyone, and what stands in its schema runs: triggers whenever something is
/// written, views whenever they are asked. So this is looked at before anything else is read. It takes
/// one question and a comparison of bytes an object.
struct SchemaCheck: Sendable {
  /// What there should be, and nothing of its name is there.
  private(set) var missing: [SchemaObject] = []
  /// What there should be, and what has its name instead.
  private(set) var changed: [(expected: SchemaObject, found: SchemaObject)] = []
  /// Of these, tables in the place of ours whose values are worked out when they are read: by generated
  /// columns, or by a module. To ask them may take any time and any memory.
  private(set) var computed: [SchemaObject] = []
  /// Triggers of others, on whatever table or view.
  private(set) var foreignTriggers: [SchemaObject] = []
  /// Unique indexes of others on our tables: a row that they do not let in replaces or refuses others.
  private(set) var foreignUniqueIndexes: [SchemaObject] = []
  /// Tables, views and indexes of others beside ours.
  private(set) var neighbours: [SchemaObject] = []

  /// Looks at a database of a known version.
  /// - Parameter schema: The name under which it is attached.
  init(of db: Database, schema: String = "main", version: Int) throws {
    // Only tests know versions whose text is not embedded.
    guard let expected = EmbeddedSchema.objects(ofVersion: version) else { return }
    let ours = Dictionary(uniqueKeysWithValues: expected.map { (Key($0), $0) })
    var seen: Set<Key> = []
    for object in try SchemaObject.all(in: db, schema: schema) {
      let key = Key(object)
      if ours[key]?.isSame(as: object) == true {
        seen.insert(key)
      } else {
        sort(object, ours, &seen)
      }
    }
    missing = expected.filter { !seen.contains(Key($0)) }
    for (expected, found) in changed where expected.kind == "table" && found.kind == "table" {
      let hidden = try db.row(
        "SELECT 1 FROM pragma_table_xinfo(:name, :schema) WHERE hidden <> 0",
        ["name": .text(found.name), "schema": .text(schema)])
      if found.isVirtual || hidden != nil { computed.append(found) }
    }
  }

  /// Finds out what an object is that is not word by word one of ours.
  private mutating func sort(
    _ object: SchemaObject, _ ours: [Key: SchemaObject], _ seen: inout Set<Key>
  ) {
    // SQLite goes by the statement; the other columns may say anything.
    let read = object.asRead ?? object
    let isTrue =
      read.kind == object.kind && Key(read) == Key(object)
      && read.table.lowercased() == object.table.lowercased()
    let key = ours[Key(read)] == nil ? Key(object) : Key(read)
    if let expected = ours[key] {
      seen.insert(key)
      guard isTrue, expected.isMadeLike(object) else { return changed.append((expected, read)) }
    } else if read.kind == "trigger" || object.kind == "trigger" {
      foreignTriggers.append(read)
    } else if read.isUniqueIndex, ours[Key(table: read.table)] != nil {
      foreignUniqueIndexes.append(read)
    } else if !read.name.lowercased().hasPrefix("sqlite_") || read.kind != "table" {
      neighbours.append(read)
    }
  }

  /// A name; triggers have names of their own, the rest shares one space.
  private struct Key: Hashable {
    let isTrigger: Bool
    let name: String

    init(_ object: SchemaObject) {
      isTrigger = object.kind == "trigger"
      name = object.name.lowercased()
    }

    init(table: String) {
      isTrigger = false
      name = table.lowercased()
    }
  }
}

extension SchemaCheck {
  /// Looks at the file at `path`; nil if there is none or it is empty.
  static func ofFile(at path: String) throws -> SchemaCheck? {
    // SQLite would make one.
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let upgrade = SchemaUpgrade(path: path)
    return try Connection.asking(path) { db in
      guard case .ours(let version) = try upgrade.state(of: db) else { return nil }
      return try SchemaCheck(of: db, version: version)
    }
  }

  /// What would run, answer or decide in the place of ours: triggers of others, their unique indexes on our
  /// tables, and tables, views or triggers under our names. Whoever writes refuses them.
  var intruders: [SchemaObject] {
    foreignTriggers + foreignUniqueIndexes
      + changed.filter { $0.expected.kind != "index" || $0.found.isUniqueIndex }.map(\.found)
  }

  /// Everything that is not ours, or not as ours is.
  var foreign: [SchemaObject] {
    foreignTriggers + foreignUniqueIndexes + changed.map(\.found) + neighbours
  }

  /// Whether there are tables among the intruders, whose rows nobody drops.
  var hasForeignTable: Bool { changed.contains { $0.found.kind == "table" } }

  /// Refuses what others have put in the place of ours.
  /// - Throws: `RunStoreError.foreignSchema`.
  func refuseIntruders(path: String) throws {
    guard intruders.isEmpty else {
      throw RunStoreError.foreignSchema(
        path: path, names: intruders.map(\.title).sorted(), isMendable: !hasForeignTable)
    }
  }

  /// Refuses, also for reading, tables in the place of ours that are not read as they are stored.
  /// - Throws: `RunStoreError.foreignSchema`.
  func refuseComputed(path: String) throws {
    guard computed.isEmpty else {
      throw RunStoreError.foreignSchema(
        path: path, names: computed.map(\.title).sorted(), isMendable: false)
    }
  }

  /// What someone should know who reads the file under our names, or under one that it was given.
  func notices(path: String, isAttached: Bool = false) -> [FileNotice] {
    let tables = changed.filter { $0.expected.kind == "table" && $0.found.kind == "table" }
      .map(\.found)
    let others = Set(intruders).subtracting(tables).map(\.title).sorted()
    var notices: [FileNotice] = []
    if !tables.isEmpty {
      notices.append(.foreignTable(path: path, names: tables.map(\.title).sorted()))
    }
    if !others.isEmpty {
      notices.append(
        isAttached
          ? .foreignAttachment(path: path, names: others)
          : .foreignSchema(path: path, names: others))
    }
    return notices
  }

  /// Refuses everything that others have put into the file.
  /// - Parameter butIntruders: Whether those are let pass, because they are dropped.
  /// - Throws: `RunStoreError.foreignObjects`.
  func refuseForeign(path: String, butIntruders: Bool = false) throws {
    let refused = butIntruders ? neighbours : foreign
    guard refused.isEmpty else {
      throw RunStoreError.foreignObjects(path: path, names: refused.map(\.title).sorted())
    }
  }

  /// Refuses a file that lacks a table of its version, or has another one of that name: its rows cannot be
  /// understood.
  func requireTables(path: String) throws {
    let lost = missing.filter { $0.kind == "table" }
    if let table = lost.first {
      throw RunStoreError.corrupt(path: path, detail: "the table \(table.name) is missing")
    }
    if let table = changed.first(where: { $0.expected.kind == "table" })?.expected {
      throw RunStoreError.foreignSchema(path: path, names: [table.title], isMendable: false)
    }
  }

  /// Drops what stands beside ours, for a copy that nobody else reads.
  func dropNeighbours(in db: Database) throws {
    // A module that is not there could not be asked to drop its table.
    let virtual = neighbours.filter { $0.kind == "table" && $0.isVirtual }
    if !virtual.isEmpty {
      try db.execute(sql: "PRAGMA writable_schema = ON")
      for table in virtual {
        try db.run("DELETE FROM sqlite_schema WHERE sql = :sql", ["sql": .text(table.sql)])
      }
      try db.execute(sql: "PRAGMA writable_schema = RESET")
    }
    for kind in ["view", "index", "table"] {
      for object in neighbours where object.kind == kind && !object.isVirtual {
        try db.execute(sql: object.removal)
      }
    }
  }

  /// Drops the intruders that are no tables.
  func dropIntruders(in db: Database) throws {
    for object in intruders where object.kind != "table" { try db.execute(sql: object.removal) }
  }

  /// Lets a connection that only reads see our own views instead of those that others have put under
  /// their names: names without a schema lead to temporary objects first. A table in whose place there
  /// is a view is empty.
  func shadowViews(in db: Database) throws {
    for (expected, found) in changed where found.kind == "view" || expected.kind == "view" {
      guard expected.kind == "view" || expected.kind == "table" else { continue }
      try db.execute(sql: "CREATE TEMP" + expected.sql.dropFirst("CREATE".count))
    }
  }

  /// Makes the views and triggers that are missing, in their order.
  func makeMissing(in db: Database) throws {
    let names = Set(try SchemaObject.all(in: db).map { $0.name.lowercased() })
    for object in missing where object.kind == "view" || object.kind == "trigger" {
      let isOnView = missing.contains { $0.kind == "view" && $0.name == object.table }
      // A table that is lost is doctor's to report; its triggers cannot be made.
      guard object.kind == "view" || isOnView || names.contains(object.table) else { continue }
      try db.execute(sql: object.sql)
    }
  }

  /// Whether there are views or triggers to be made.
  var lacksDerived: Bool { missing.contains { $0.kind == "view" || $0.kind == "trigger" } }
}

extension SchemaCheck {
  /// Whether questions about the rows cannot be asked.
  var preventsReading: Bool {
    missing.contains { $0.kind == "table" || $0.name == "metric_series_recomputed" }
      || changed.contains {
        $0.expected.name == "metric_series_recomputed"
          || ($0.expected.kind == "table" && $0.found.kind != "table")
      }
  }

  /// What is wrong, in words.
  var findings: [Finding] {
    missing.map { finding($0, "is missing") }
      + changed.map { finding($0.expected, "is not as this version makes it") }
      + foreignTriggers.map { trigger in
        Finding(
          kind: .foreignTrigger,
          message:
            "The trigger \(trigger.name) on \(trigger.table) is not of this program, and runs"
            + " whenever that is written.")
      }
      + foreignUniqueIndexes.map { index in
        Finding(
          kind: .foreignTrigger,
          message:
            "The unique index \(index.name) on \(index.table) is not of this program, and decides"
            + " which rows there may be.")
      }
  }

  private func finding(_ object: SchemaObject, _ fault: String) -> Finding {
    Finding(
      kind: object.kind == "table" ? .table : .schema,
      message: "The \(object.kind) \(object.name) \(fault).")
  }

  /// What stands beside ours, in words.
  var remarks: [Finding] {
    neighbours.map { object in
      let place = object.kind == "index" ? " on \(object.table)" : ""
      return Finding(
        kind: .foreignObject,
        message: "The \(object.kind) \(object.name)\(place) is not of this program, and left alone."
      )
    }
  }
}
