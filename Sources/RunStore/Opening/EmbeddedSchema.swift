import Foundation
import GRDBSQLite

/// The texts of the schema that the program carries with it: the newest, `schema.sql`, and the older ones.
enum EmbeddedSchema {
  /// The mark of a tracker file: `PRAGMA application_id` in `schema.sql`.
  static let applicationID = 1_416_784_718
  /// The newest version of the schema: `PRAGMA user_version` in `schema.sql`.
  static let version = 2

  /// The whole script; it makes a file of the newest version out of an empty one.
  static var script: String { EmbeddedSQL.text(PackageResources.schema_sql) }

  /// The script of version 1, as it was released.
  static var firstScript: String { EmbeddedSQL.text(PackageResources.schema_v1_sql) }

  /// What the newest script makes, in its order.
  static let objects = SchemaObject.made(by: PackageResources.schema_sql)

  private static let firstObjects = SchemaObject.made(by: PackageResources.schema_v1_sql)

  /// What the script of a version makes, in its order; nil for a version that is not embedded.
  static func objects(ofVersion version: Int) -> [SchemaObject]? {
    switch version {
    case 1: firstObjects
    case Self.version: objects
    default: nil
    }
  }

  /// Whether an object is one that the script of some version makes, word by word.
  static func hasMade(_ object: SchemaObject) -> Bool {
    func isSame(_ ours: SchemaObject) -> Bool {
      ours.name == object.name && ours.isMadeLike(object)
    }
    return objects.contains(where: isSame) || firstObjects.contains(where: isSame)
  }

  /// All views and triggers of the newest script: what stands in the file but holds no rows.
  static var derived: [SchemaObject] {
    objects.filter { $0.kind == "view" || $0.kind == "trigger" }
  }
}

/// The `.sql` files that the program carries with it, of which SwiftPM makes bytes.
enum EmbeddedSQL {
  /// The text of a file.
  static func text(_ file: [UInt8]) -> String { String(decoding: file, as: UTF8.self) }

  /// The statements of a file, each from its first word to before its semicolon, without the comments
  /// before and behind it.
  static func statements(_ file: [UInt8]) -> [String] {
    var statements: [String] = []
    var statement = ""
    // Bytes: every program that opens a file does this, and to look for characters takes milliseconds.
    for line in file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let line = String(decoding: line, as: UTF8.self)
      if statement.isEmpty {
        if line.isEmpty || line.hasPrefix("--") { continue }
        statement = line
      } else {
        statement += "\n" + line
      }
      // Within a trigger a line may end in a semicolon that does not end the statement.
      guard strchr(line, Int32(UInt8(ascii: ";"))) != nil, sqlite3_complete(statement) != 0 else {
        continue
      }
      let remark = statement.hasSuffix(";") ? nil : statement.firstRange(of: "; -- ")
      statements.append(
        String(remark.map { statement[..<$0.lowerBound] } ?? statement.dropLast()))
      statement = ""
    }
    return statements
  }
}
