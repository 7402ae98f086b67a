import CSQLite
import Foundation
import GRDB
import GRDBSQLite

/// Opens SQLite connections the way this library wants them.
enum Connection {
  /// How long a connection waits for other writers.
  static let patience: TimeInterval = 60

  /// Opens the file at `path` for reading and writing, and makes it if there is none.
  ///
  /// A file that is refused stays as it is.
  static func forWriting(path: String, upgrade: SchemaUpgrade) throws -> Opened {
    let files = try SideFiles(of: path)
    if let unwritable = files.unwritable {
      // What the file is matters more than its permissions, and SQLite opens it to tell.
      _ = try asking(path) { try upgrade.state(of: $0) }
      throw RunStoreError.readOnly(path: unwritable == files.database ? path : unwritable)
    }
    return try translatingErrors(path: path) {
      try files.refuseUnfitLog(address: plain(path))
      let queue = try DatabaseQueue(path: plain(path), configuration: configuration)
      var opened = Opened(queue: queue)
      try queue.inDatabase { db in
        opened.note(danglingRows: try upgrade.apply(to: db), of: path)
        try switchToWAL(db)
        try distrust(db)
        // Debian's SQLite overwrites what it deletes, which makes deleting hundreds of megabytes slow.
        try db.execute(sql: "PRAGMA secure_delete = FAST")
      }
      return opened
    }
  }

  /// Opens the file at `path`, which is one of the newest version, with one connection that writes and
  /// several that read beside it.
  static func pool(
    path: String, readers: Int, functions: [DatabaseFunction] = [],
    patience: TimeInterval = patience
  ) throws -> DatabasePool {
    var configuration = configuration
    configuration.busyMode = .timeout(patience)
    configuration.maximumReaderCount = readers
    configuration.prepareDatabase { db in
      for function in functions { db.add(function: function) }
      try distrust(db)
      if !db.configuration.readonly { try db.execute(sql: "PRAGMA secure_delete = FAST") }
    }
    return try translatingErrors(path: path) { [configuration] in
      try DatabasePool(path: plain(path), configuration: configuration)
    }
  }

  /// Opens the existing file at `path` for reading, also while others write it.
  ///
  /// In a file of one's own the connection may write as far as the system is concerned: only so can
  /// SQLite clean up the side files of its write-ahead log. `RunDatabase` and `StatementReader` see
  /// to it that no statement writes.
  static func forReading(
    path: String, upgrade: SchemaUpgrade,
    prepare: (Database) throws -> Void = { _ in }
  ) throws -> Opened {
    try requireFile(at: path)
    do {
      return try open(path, upgrade: upgrade, prepare: prepare)
    } catch is OlderVersion {
      guard let copy = try UpgradedCopy(of: path, upgrade: upgrade) else {
        return try open(path, upgrade: upgrade, prepare: prepare)
      }
      defer { copy.remove() }
      var opened = try naming(path, insteadOf: copy.path) {
        try open(copy.path, upgrade: upgrade, prepare: prepare)
      }
      opened.notices = [
        .olderVersion(path: path, found: copy.version, newest: upgrade.newest)
      ]
      opened.note(copy.original, of: path)
      opened.note(danglingRows: copy.danglingRows, of: path)
      opened.original = copy.original
      return opened
    }
  }

  /// - Throws: `missing` if there is no file, `cannotOpen` if it is a folder.
  static func requireFile(at path: String) throws {
    var isFolder: ObjCBool = false
    guard !path.isEmpty, FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw RunStoreError.missing(path: path)
    }
    guard !isFolder.boolValue else {
      throw RunStoreError.cannotOpen(path: path, detail: "it is a folder")
    }
  }

  /// A file that was opened.
  struct Opened {
    let queue: DatabaseQueue
    /// What someone should know of it.
    var notices: [FileNotice] = []
    /// What the file holds, if a copy of it was opened.
    var original: SchemaCheck?

    fileprivate mutating func note(_ check: SchemaCheck, of path: String) {
      notices += check.notices(path: path)
    }

    fileprivate mutating func note(danglingRows rows: [String], of path: String) {
      if !rows.isEmpty { notices.append(.danglingRows(path: path, rows: rows)) }
    }
  }

  /// The file is to be upgraded before it can be read.
  private struct OlderVersion: Error {}

  private static func open(
    _ path: String, upgrade: SchemaUpgrade,
    prepare: (Database) throws -> Void
  ) throws -> Opened {
    try reading(path) { address in
      let queue = try DatabaseQueue(path: address, configuration: configuration)
      var opened = Opened(queue: queue)
      try queue.inDatabase { db in
        switch try upgrade.state(of: db) {
        case .empty: throw RunStoreError.empty(path: path)
        case .ours(let version) where version < upgrade.newest: throw OlderVersion()
        case .ours(let version):
          try distrust(db)
          let check = try SchemaCheck(of: db, version: version)
          try check.refuseComputed(path: path)
          try check.shadowViews(in: db)
          opened.note(check, of: path)
        }
        try prepare(db)
      }
      return opened
    }
  }

  /// Lets `body` open the file at `path` under an address that leaves the file and its folder alone,
  /// if they are someone else's.
  /// - Parameter isReadOnly: As `readingAddress` has it.
  static func reading<Value>(
    _ path: String, isReadOnly: Bool = false, _ body: (_ address: String) throws -> Value
  ) throws -> Value {
    let files = try SideFiles(of: path)
    let address = try files.readingAddress(isReadOnly: isReadOnly)
    return try translatingErrors(path: path) {
      do {
        try files.refuseUnfitLog(address: address)
        return try body(address)
      } catch let error as DatabaseError where error.isOfFullDisk(beside: path) {
        guard let address = files.addressOnFullDisk else { throw error }
        return try body(address)
      } catch let error as DatabaseError
        where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode)
      {
        guard address.hasPrefix("file:"), let side = files.neededSideFile else { throw error }
        throw RunStoreError.needsSideFile(path: path, side: side)
      }
    }
  }

  /// Lets `body` ask the file at `path` something, over a connection that goes away with it.
  static func asking<Value>(
    _ path: String, _ body: (Database) throws -> Value
  ) throws -> Value {
    try reading(path) { address in
      try DatabaseQueue(path: address, configuration: configuration).inDatabase(body)
    }
  }

  /// How connections are set up: they wait for others.
  static var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    configuration.prepareDatabase { db in
      db.waitFairly()
      db.add(function: BytesParameter.function)
      try TextFunctions.install(on: db)
      try NaturalOrder.install(on: db)
      try db.loadingSchema { _ = try db.row("SELECT 1 FROM sqlite_schema LIMIT 1") }
    }
    return configuration
  }

  /// Lets no view or trigger of a file that others have made reach beyond the database, and no statement
  /// damage it.
  static func distrust(_ db: Database) throws {
    try db.execute(sql: "PRAGMA trusted_schema = OFF")
    let code = sqlite3_be_defensive(db.sqliteConnection)
    guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }

  /// Forbids a connection to write, for good.
  static func setReadOnly(_ db: Database) throws {
    try db.execute(sql: "PRAGMA query_only = 1")
    // GRDB's authorizer, which serves the observation of changes, takes as long as compiling.
    sqlite3_set_authorizer(db.sqliteConnection, nil, nil)
  }

  private static func switchToWAL(_ db: Database) throws {
    let mode = try db.row("PRAGMA journal_mode")?.values.first?.text
    if mode != "wal" { try db.execute(sql: "PRAGMA journal_mode = WAL") }
    // In WAL mode a commit survives the death of the process without waiting for the disk.
    try db.execute(sql: "PRAGMA synchronous = NORMAL")
  }

  /// The path, such that SQLite takes it neither for a URI nor for one of its own names.
  ///
  /// Whatever SQLite opens goes through here first: what lies beside the file may do harm.
  static func plain(_ path: String) throws -> String {
    let files = try SideFiles(of: path)
    try files.refuseWhatIsNoFile()
    try files.refuseSuperJournal()
    return path.hasPrefix("/") ? path : "./" + path
  }
}
