import Foundation
import GRDB
import GRDBSQLite

/// Runs SQL that a person typed, and makes sure that it only reads.
///
/// Three locks, each of which would do: SQLite asks an authorizer about every action of a statement,
/// the connection is `query_only`, and a statement that SQLite does not call read-only is refused.
public struct StatementReader: Sendable {
  /// The path of the file, as it was given.
  public let path: String

  /// What someone should know of the file.
  public let notices: [FileNotice]

  private let queue: DatabaseQueue
  /// The paths of the other files.
  private let attached: [String]
  /// Whether statements that nobody typed run over the connection, too.
  private let isShared: Bool

  /// Opens the existing tracker file at `path`.
  /// - Parameter attachments: Other tracker files, by the name under which statements see them.
  public init(readingFrom path: String, attachments: [String: String] = [:]) throws {
    self.path = path
    for other in attachments.values where !FileManager.default.fileExists(atPath: other) {
      throw RunStoreError.missing(path: other)
    }
    var found: [FileNotice] = []
    let opened = try Connection.forReading(path: path, upgrade: SchemaUpgrade(path: path)) { db in
      for (name, other) in attachments.sorted(by: { $0.key < $1.key }) {
        try Connection.reading(other) { address in
          try db.loadingSchema {
            try db.run("ATTACH :path AS :name", ["path": .text(address), "name": .text(name)])
          }
        }
        found += try FileNotice.ofAttached(name, path: other, in: db)
      }
      try Connection.setReadOnly(db)
      ReadingAuthorizer.install(on: db)
    }
    (queue, notices) = (opened.queue, opened.notices + found)
    attached = attachments.values.sorted()
    isShared = false
  }

  /// Reads over the connection of another, which is `query_only`. What there is to know of the file, it knows.
  init(path: String, sharing queue: DatabaseQueue) {
    (self.path, self.queue, notices, attached, isShared) = (path, queue, [], [], true)
  }

  /// Runs one statement and hands over its rows as they come; memory does not grow with their number.
  /// - Parameters:
  ///   - sql: One SELECT, VALUES, WITH, EXPLAIN, or PRAGMA that reads.
  ///   - parameters: The values of all its parameters, by name without the colon.
  ///   - characters: The most of a text that is handed over, with a word how long it is; nil for all.
  ///   - onColumns: Called once, with the names of the columns, before the first row.
  ///   - onRow: Called with each row. What it throws ends the statement and is thrown on.
  public func select(
    _ sql: String, parameters: [String: SQLValue] = [:], characters: Int? = nil,
    onColumns: ([String]) throws -> Void, onRow: ([SQLValue]) throws -> Void
  ) throws {
    try translatingErrors(path: path, orOf: attached) {
      try queue.unsafeRead { db in
        // The authorizer is asked when a statement is compiled.
        if isShared { ReadingAuthorizer.install(on: db) }
        defer { if isShared { ReadingAuthorizer.remove(from: db) } }
        let pointer = try compile(sql, in: db)
        defer { _ = sqlite3_finalize(pointer) }
        let handle = StatementHandle(pointer: pointer)
        try bind(parameters, to: handle)
        let columns = handle.columnNames
        try onColumns(columns)
        while try handle.advance() {
          try onRow(columns.indices.map { handle.value(at: Int32($0), upTo: characters) })
        }
      }
    }
  }

  /// Ends the statement that runs now with the error `interrupted`. May be called from any thread.
  public func interrupt() {
    queue.interrupt()
  }

  private func compile(_ sql: String, in db: Database) throws -> OpaquePointer {
    guard !sql.utf8.contains(0) else {
      throw RunStoreError.invalidSQL(message: "it contains the character U+0000")
    }
    return try sql.withCString { text in
      var rest: UnsafePointer<CChar>?
      guard let pointer = try db.compile(text, rest: &rest) else {
        throw RunStoreError.emptyStatement
      }
      do {
        // What follows may be white space and comments, which compile to nothing.
        if let rest, let second = try db.compile(rest) {
          _ = sqlite3_finalize(second)
          throw RunStoreError.severalStatements
        }
        guard sqlite3_stmt_readonly(pointer) != 0, sqlite3_column_count(pointer) > 0 else {
          throw RunStoreError.notAQuery
        }
        return pointer
      } catch {
        _ = sqlite3_finalize(pointer)
        throw error
      }
    }
  }

  private func bind(_ parameters: [String: SQLValue], to handle: StatementHandle) throws {
    let count = sqlite3_bind_parameter_count(handle.pointer)
    let names = (0..<count).map { index in
      let name = sqlite3_bind_parameter_name(handle.pointer, index + 1)
      return name.map { String(cString: $0.advanced(by: 1)) } ?? ""
    }
    for name in parameters.keys.sorted() where !names.contains(name) {
      throw RunStoreError.unknownParameter(name: name, known: names)
    }
    for (index, name) in zip(Int32(1)..., names) {
      guard let value = parameters[name] else { throw RunStoreError.missingParameter(name: name) }
      try handle.bind(value, at: index)
    }
  }
}

extension Database {
  /// Compiles the first statement in `text`; nil if there is only white space and comments.
  fileprivate func compile(
    _ text: UnsafePointer<CChar>, rest: UnsafeMutablePointer<UnsafePointer<CChar>?>? = nil
  ) throws -> OpaquePointer? {
    var pointer: OpaquePointer?
    let code = sqlite3_prepare_v2(sqliteConnection, text, -1, &pointer, rest)
    guard code == SQLITE_OK else {
      let message = sqlite3_errmsg(sqliteConnection).map { String(cString: $0) }
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
    return pointer
  }
}
