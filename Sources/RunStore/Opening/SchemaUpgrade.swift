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
  /// Whether the file itself is upgraded, and not a copy for reading: then a copy of the older file is
  /// put beside it.
  var keepsCopy = true
  /// Whether triggers of others, and views and triggers under our names, are dropped. Otherwise a file
  /// that has any is refused.
  var dropsIntruders = false

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
    // One question, so that all of the answer is of one moment: others may be making the file.
    let row = try db.row(
      """
      SELECT application_id, user_version, EXISTS (SELECT 1 FROM sqlite_schema) AS has_objects
      FROM pragma_application_id, pragma_user_version
      """)
    let mark = try row?.integer("application_id") ?? 0
    let version = try row?.integer("user_version") ?? 0
    let isBare = try row?.integer("has_objects") != 1
    if mark == EmbeddedSchema.applicationID {
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

  /// Creates or upgrades the tables, and makes each view and trigger that is missing.
  ///
  /// Nothing is locked or written when there is nothing to do. Before tables change, a copy of the
  /// file is put beside it.
  /// - Returns: The rows that point to no row, in words, where the upgrade has met any.
  /// - Throws: `foreignSchema`, `foreignObjects` for a file in which others have put what may do harm.
  func apply(to db: Database) throws -> [String] {
    let found = try state(of: db)
    if case .ours(let version) = found {
      // With a schema that is not trusted, SQLite refuses the functions in the tables of version 1.
      if version > 1 { try Connection.distrust(db) }
      let check = try requireTrust(in: db, version: version)
      let hasIntruders = dropsIntruders && !check.intruders.isEmpty
      if version == newest, !check.lacksDerived, !hasIntruders { return [] }
      if version == 1, keepsCopy { try FirstVersionUpgrade(path: path, db: db).requireNobodyRuns() }
    }
    // Within the transaction these two do nothing, without a word.
    if found == .empty { try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
    if found == .ours(version: 1) { try db.execute(sql: "PRAGMA foreign_keys = OFF") }
    defer {
      // A connection that cannot be asked is of no more use to anybody.
      try? db.execute(sql: "PRAGMA foreign_keys = ON")
    }
    var danglingRows: [String] = []
    try db.inTransaction(.immediate) {
      // Another process may have been faster: what counts is the state now that the lock is ours.
      switch try state(of: db) {
      case .empty: try db.execute(sql: EmbeddedSchema.script)
      case .ours(let version): danglingRows = try bringUp(db, from: version)
      }
      try db.execute(sql: "PRAGMA user_version = \(newest)")
      return .commit
    }
    return danglingRows
  }

  private func bringUp(_ db: Database, from version: Int) throws -> [String] {
    var danglingRows: [String] = []
    let check = try requireTrust(in: db, version: version)
    if version < newest, keepsCopy { try keepCopy(of: db, version: version) }
    if dropsIntruders || !keepsCopy { try check.dropIntruders(in: db) }
    if version == 1 {
      let upgrade = FirstVersionUpgrade(path: path, db: db)
      if keepsCopy { try upgrade.requireNobodyRuns() } else { try check.dropNeighbours(in: db) }
      danglingRows = try upgrade.apply()
    }
    for step in steps where step.version > version { try db.execute(sql: step.sql) }
    // What the versions before had under this name.
    if version < newest { try SchemaCheck(of: db, version: newest).dropIntruders(in: db) }
    // Dropping a view drops its triggers, so that all of them are looked for again.
    try SchemaCheck(of: db, version: newest).makeMissing(in: db)
    return danglingRows
  }

  /// Compares the schema of the file with the text of its version.
  private func requireTrust(in db: Database, version: Int) throws -> SchemaCheck {
    let check = try SchemaCheck(of: db, version: version)
    if version < newest { try check.requireTables(path: path) }
    guard keepsCopy else { return check }
    if version < newest { try check.refuseForeign(path: path, butIntruders: dropsIntruders) }
    if !dropsIntruders {
      try check.refuseIntruders(path: path)
      try check.requireTables(path: path)
    }
    return check
  }

  /// Copies the file, which nobody writes meanwhile, to a new one with `.v1` after its name, for version
  /// 1. One that is there is left from an upgrade that did not come to its end, and stays; if it is the same
  /// copy, there is no other.
  private func keepCopy(of db: Database, version: Int) throws {
    // The copy, and what changes until it is in the file.
    try Self.requireRoom(2 * db.byteCount(), beside: path)
    var copy = "\(path).v\(version)"
    var earlier: [String] = []
    while !DraftFile.isFree(copy) {
      earlier.append(copy)
      copy = "\(path).v\(version)-\(earlier.count + 1)"
    }
    try DraftFile.make(copy) { draft in
      // The transaction that is open here keeps others from writing, and only others can read for it.
      let queue = try DatabaseQueue(
        path: Connection.plain(path), configuration: Connection.configuration)
      try queue.inDatabase { try $0.copy(path, to: draft, at: path) }
      try queue.close()
    } publish: { draft in
      let isKept = earlier.contains {
        FileManager.default.contentsEqual(atPath: $0, andPath: draft)
      }
      if isKept { unlink(draft) } else { try DraftFile.rename(draft, to: copy) }
    }
  }

  /// - Throws: `RunStoreError.noRoom` if the file system that holds `path` has fewer bytes.
  static func requireRoom(_ needed: Int, beside path: String) throws {
    // Where it cannot be asked, writing says it.
    guard let free = freeRoom(beside: path), free < Double(needed) else { return }
    throw RunStoreError.noRoom(path: path, needed: needed, free: Int(free))
  }

  /// The bytes that are free on the file system that holds `path`; nil where it cannot be asked.
  static func freeRoom(beside path: String) -> Double? {
    let folder = path.folderOfPath
    var facts = statvfs()
    guard statvfs(folder.isEmpty ? "." : folder, &facts) == 0 else { return nil }
    return Double(facts.f_bavail) * Double(facts.f_frsize)
  }
}
