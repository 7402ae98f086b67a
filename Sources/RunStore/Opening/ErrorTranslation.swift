import GRDB

/// Runs `body` and turns SQLite's errors into facts about the file at `path`.
func translatingErrors<Value>(path: String, _ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let error as DatabaseError {
    throw RunStoreError(error, path: path)
  }
}

extension RunStoreError {
  init(_ error: DatabaseError, path: String) {
    // A backup that fails leaves no message at the connection, which then says that all is well.
    let detail = error.message.flatMap { $0 == "not an error" ? nil : $0 } ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_NOTADB: self = .notADatabase(path: path)
    case .SQLITE_CORRUPT: self = .corrupt(path: path, detail: detail)
    case .SQLITE_CANTOPEN: self = .cannotOpen(path: path, detail: detail)
    case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_IOERR, .SQLITE_NOLFS, .SQLITE_PROTOCOL:
      self = .inputOutput(path: path, detail: detail)
    case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_TOOBIG:
      self = .refused(path: path, detail: detail)
    case .SQLITE_INTERRUPT, .SQLITE_ABORT: self = .interrupted
    case .SQLITE_AUTH: self = .notAQuery
    case .SQLITE_ERROR where detail.hasPrefix("not authorized"): self = .notAQuery
    default: self = .invalidSQL(message: detail)
    }
  }
}
