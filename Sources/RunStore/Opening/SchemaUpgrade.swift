import Foundation
import GRDB

/// Brings a file to the newest schema, or refuses it.
struct SchemaUpgrade: Sendable {
  /// A step from one version to the next. Steps are frozen: once released, their text never changes.
  struct Step: Sendable {
    /// The version that the file has afterwards.
    let version: Int
    /// The statements that change the tables, without views and triggers.
    let sql: String
  }

  /// The steps from version 2 on, oldest first. How version 1 becomes version 2 is no such step, because
  /// it makes tables anew: see `FirstVersionUpgrade`.
  static let released: [Step] = []

  /// The path that errors name.
  let path: String
  /// The steps that lead to `EmbeddedSchema.version`.
  var steps = SchemaUpgrade.released
  /// Whether a copy of the older file is put beside it.
  var keepsCopy = true

  /// The newest version the steps lead to.
  var newest: Int { steps.last?.version ?? EmbeddedSchema.version }

  /// What a file is, by its header and its tables.
  enum State: Equatable {
    case empty
    case ours(version: Int)
  }

  /// Looks at the file without changing it.
  /// - Throws: `foreign`, `newerSchema` or `noVersion` for a file that is to be left alone.
  func state(of db: Database) throws -> State {
    let mark = try db.row("PRAGMA application_id")?.values.first?.integer
    let version = Int(try db.row("PRAGMA user_version")?.values.first?.integer ?? 0)
    let isBare = try db.row("SELECT 1 FROM sqlite_schema LIMIT 1") == nil
    if mark == Int64(EmbeddedSchema.applicationID) {
      guard version <= newest else {
        throw RunStoreError.newerSchema(path: path, found: version, supported: newest)
      }
      try requireEncoding(of: db)
      if version == 0, isBare { return .empty }
      guard version > 0 else { throw RunStoreError.noVersion(path: path, found: version) }
      return .ours(version: version)
    }
    guard mark == 0, version == 0, isBare else { throw RunStoreError.foreign(path: path) }
    try requireEncoding(of: db)
    return .empty
  }

  /// In a file of another encoding text has other bytes, and files of two encodings cannot be merged.
  private func requireEncoding(of db: Database) throws {
    let encoding = try db.row("PRAGMA encoding")?.values.first?.text ?? ""
    guard encoding == "UTF-8" else {
      throw RunStoreError.otherEncoding(path: path, encoding: encoding)
    }
  }

  /// Creates or upgrades the tables, and rebuilds each view and trigger whose text has changed.
  ///
  /// Nothing is locked or written when there is nothing to do. Before tables change, a copy of the
  /// file is put beside it.
  func apply(to db: Database) throws {
    let found = try state(of: db)
    if found == .ours(version: newest), try outdated(in: db).isEmpty { return }
    if case .ours(let version) = found, version < newest {
      if version == 1, keepsCopy { try FirstVersionUpgrade(path: path, db: db).requirePossible() }
      if keepsCopy { try keepCopy(of: db, version: version) }
    }
    // Within the transaction these two do nothing, without a word.
    if found == .empty { try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
    if found == .ours(version: 1) { try db.execute(sql: "PRAGMA foreign_keys = OFF") }
    defer {
      // A connection that cannot be asked is of no more use to anybody.
      try? db.execute(sql: "PRAGMA foreign_keys = ON")
    }
    try db.inTransaction(.immediate) {
      // Another process may have been faster: what counts is the state now that the lock is ours.
      switch try state(of: db) {
      case .empty:
        try db.execute(sql: EmbeddedSchema.script)
      case .ours(var version):
        if version == 1 {
          let upgrade = FirstVersionUpgrade(path: path, db: db)
          // A copy for reading may hold anything, and nobody is at work on it.
          if keepsCopy { try upgrade.requirePossible() }
          try upgrade.apply()
          version = 2
        }
        for step in steps where step.version > version {
          try db.execute(sql: step.sql)
        }
        try rebuild(outdated(in: db), in: db)
      }
      try db.execute(sql: "PRAGMA user_version = \(newest)")
      return .commit
    }
  }

  /// Copies the file to a new one with `.v1` after its name, for version 1; one that is there stays.
  private func keepCopy(of db: Database, version: Int) throws {
    let copy = "\(path).v\(version)"
    guard !FileManager.default.fileExists(atPath: copy) else { return }
    // Written under another name first: what has the right name is whole.
    let draft = copy + ".part"
    try? FileManager.default.removeItem(atPath: draft)
    try db.run("VACUUM INTO :path", ["path": .text(Connection.plain(draft))])
    try FileManager.default.moveItem(atPath: draft, toPath: copy)
  }

  /// The views and triggers that are missing in the file or have another text there.
  private func outdated(in db: Database) throws -> [EmbeddedSchema.Derived] {
    let rows = try db.rows(
      "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('view', 'trigger')")
    // A view and a trigger may share a name.
    let present = Set(
      try rows.map { row in
        EmbeddedSchema.Derived(
          kind: try row.text("type").uppercased(), name: try row.text("name"),
          sql: try row.optionalText("sql") ?? "")
      })
    return EmbeddedSchema.derived.filter { !present.contains($0) }
  }

  private func rebuild(_ derived: [EmbeddedSchema.Derived], in db: Database) throws {
    // Dropping a view drops its triggers, so that all of them are looked for again afterwards.
    for part in derived { try db.execute(sql: "DROP \(part.kind) IF EXISTS \(part.name)") }
    let names = Set(try SchemaObject.all(in: db).map(\.name))
    for part in try outdated(in: db) {
      // A table that is lost is doctor's to report; its triggers cannot be made.
      if let table = part.table, !names.contains(table), part.kind == "TRIGGER",
        !EmbeddedSchema.derived.contains(where: { $0.kind == "VIEW" && $0.name == table })
      {
        continue
      }
      try db.execute(sql: part.sql)
    }
  }
}
