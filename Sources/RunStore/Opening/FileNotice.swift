import GRDB

/// What someone should know who only reads a file.
public enum FileNotice: Sendable, Hashable {
  /// The file at `path` is of an older version: a copy of it is read.
  case olderVersion(path: String, found: Int, newest: Int)
  /// The file at `path` holds tables of ours that others have changed, which are read as they are.
  case foreignTable(path: String, names: [String])
  /// The file at `path` holds triggers of others, or something else under our names.
  case foreignSchema(path: String, names: [String])
  /// The file at `path` holds the same, and its views are asked under the name that it was given.
  case foreignAttachment(path: String, names: [String])
  /// The file at `path` was brought to this version, with rows that point to no row; how many of which is
  /// said in words.
  case danglingRows(path: String, rows: [String])

  /// What it is, and what to do, in one line.
  public var message: String {
    switch self {
    case .olderVersion(let path, let found, let newest):
      "Note: The file '\(path)' is of version \(found); a copy in the temporary folder is read,"
        + " brought to version \(newest). Upgrade it once: tracker init --db FILE"
    case .foreignTable(let path, let names):
      "Note: The file '\(path)' holds what others have changed: \(names.joined(separator: ", "))."
        + " It is read as it is, and nothing is written to the file until it is as schema.sql has it."
    case .foreignSchema(let path, let names):
      "Note: The file '\(path)' holds what is not of this program: \(names.joined(separator: ", "))."
        + " It is neither asked nor run; to remove it: tracker doctor --repair --db FILE"
    case .foreignAttachment(let path, let names):
      "Note: The file '\(path)' holds what is not of this program: \(names.joined(separator: ", "))."
        + " To remove it: tracker doctor --repair --db FILE"
    case .danglingRows(let path, let rows):
      "Note: In the file '\(path)', \(rows.firstFew). The rest is as it was; to remove them,"
        + " after a backup: tracker doctor --repair --db FILE"
    }
  }
}

extension FileNotice {
  /// What someone should know of a file that is attached, and not only read under our names.
  /// - Throws: `RunStoreError.foreignSchema` for tables under our names that cannot be read safely.
  static func ofAttached(
    _ schema: String, path: String, in db: Database
  ) throws -> [FileNotice] {
    let name = schema.inQuotes
    let mark = try db.row("PRAGMA \(name).application_id")?.values.first?.integer
    guard mark == Int64(EmbeddedSchema.applicationID) else { return [] }
    let version = try db.row("PRAGMA \(name).user_version")?.values.first?.integer ?? 0
    let check = try SchemaCheck(of: db, schema: schema, version: Int(version))
    try check.refuseComputed(path: path)
    return check.notices(path: path, isAttached: true)
  }
}
