import Foundation
import GRDB
import GRDBSQLite

/// Runs `body` and turns SQLite's errors into facts about the file at `path`.
func translatingErrors<Value>(path: String, _ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let error as DatabaseError {
    throw RunStoreError(error, path: path)
  } catch is SchemaLimits.Excess {
    throw RunStoreError.largeSchema(path: path)
  }
}

/// Runs `body`, which asks several files over one connection, and finds out which of them an error is
/// about: SQLite does not say that.
/// - Parameters:
///   - path: The file that is meant, unless one of the others is damaged.
///   - others: The files that are attached.
func translatingErrors<Value>(
  path: String, orOf others: [String], _ body: () throws -> Value
) throws -> Value {
  try translatingErrors(path: path) {
    do {
      return try body()
    } catch let error as DatabaseError where error.isOfDamage {
      // SQLite would make one that is gone.
      for other in others where FileManager.default.fileExists(atPath: other) {
        if let damage = try Connection.asking(other, { try $0.damage() }) {
          throw RunStoreError.corrupt(path: other, detail: damage)
        }
      }
      throw error
    }
  }
}

extension RunStoreError {
  /// What SQLite says of an error.
  static func detail(of error: DatabaseError) -> String {
    // A copy that fails has its code alone.
    guard let message = error.message, message != "not an error" else {
      return String(cString: sqlite3_errstr(error.extendedResultCode.rawValue))
    }
    return message
  }

  package init(_ error: DatabaseError, path: String) {
    let detail = Self.detail(of: error)
    switch error.resultCode {
    case .SQLITE_NOTADB: self = .notADatabase(path: path)
    case .SQLITE_CORRUPT: self = .corrupt(path: path, detail: detail)
    case .SQLITE_CANTOPEN: self = .cannotOpen(path: path, detail: detail)
    case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    case _ where error.isOfFullDisk(beside: path): self = .diskFull(path: path)
    case .SQLITE_NOMEM: self = .outOfMemory(path: path)
    case .SQLITE_IOERR, .SQLITE_NOLFS, .SQLITE_PROTOCOL:
      self = .inputOutput(path: path, detail: detail)
    case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG:
      self = .refused(path: path, detail: detail)
    case .SQLITE_INTERRUPT, .SQLITE_ABORT: self = .interrupted
    case .SQLITE_AUTH: self = .notAQuery
    case .SQLITE_ERROR where detail.hasPrefix("not authorized"): self = .notAQuery
    case .SQLITE_ERROR where detail.hasPrefix("foreign key mismatch"):
      self = .unfitForeignKey(path: path, detail: detail)
    default: self = .invalidSQL(message: detail)
    }
  }
}

extension DatabaseError {
  /// Whether the disk is full. Where not even the index of a log fits, without which nothing is read, that is
  /// an error like any other to SQLite.
  func isOfFullDisk(beside path: String) -> Bool {
    if resultCode == .SQLITE_FULL { return true }
    guard resultCode == .SQLITE_IOERR,
      ![.SQLITE_IOERR_READ, .SQLITE_IOERR_SHORT_READ].contains(extendedResultCode)
    else { return false }
    return SchemaUpgrade.freeRoom(beside: path).map { $0 < 32_768 } ?? false
  }
}
