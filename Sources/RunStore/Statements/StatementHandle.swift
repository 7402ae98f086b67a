import Foundation
import GRDB
import GRDBSQLite

/// A compiled statement, with values bound and read so that nothing is lost.
///
/// GRDB ends text at U+0000 in both directions; here lengths travel with the bytes. The handle does
/// not own the statement: whoever compiled it keeps it alive.
package struct StatementHandle {
  let pointer: OpaquePointer

  /// SQLite copies what is bound with this destructor.
  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  /// The names of the result's columns.
  var columnNames: [String] {
    (0..<sqlite3_column_count(pointer)).map { index in
      sqlite3_column_name(pointer, index).map { String(cString: $0) } ?? ""
    }
  }

  /// Binds `value` to the parameter number `index`, from 1.
  func bind(_ value: SQLValue, at index: Int32) throws {
    switch value {
    case .null:
      try check(sqlite3_bind_null(pointer, index))
    case .integer(let integer):
      try check(sqlite3_bind_int64(pointer, index, integer))
    case .real(let real):
      try check(sqlite3_bind_double(pointer, index, real))
    case .text(var text):
      try check(
        text.withUTF8 { bytes in
          bytes.withMemoryRebound(to: CChar.self) { characters in
            // Empty text may have no address, and SQLite would take that for NULL.
            sqlite3_bind_text64(
              pointer, index, characters.baseAddress ?? UnsafePointer(bitPattern: 1),
              UInt64(characters.count), Self.transient, UInt8(SQLITE_UTF8))
          }
        })
    case .blob(let data) where data.isEmpty:
      try check(sqlite3_bind_zeroblob(pointer, index, 0))
    case .blob(let data):
      try check(
        data.withUnsafeBytes { bytes in
          sqlite3_bind_blob64(
            pointer, index, bytes.baseAddress, UInt64(bytes.count), Self.transient)
        })
    }
  }

  /// Whether the statement has the parameter `:name`.
  func hasParameter(_ name: String) -> Bool {
    sqlite3_bind_parameter_index(pointer, ":" + name) > 0
  }

  /// Binds `value` to the parameter `:name`; the statement must have it.
  func bind(_ value: SQLValue, to name: String) throws {
    let index = sqlite3_bind_parameter_index(pointer, ":" + name)
    precondition(index > 0, "The statement has no parameter :\(name).")
    try bind(value, at: index)
  }

  /// Goes to the next row.
  /// - Returns: Whether there is one.
  func advance() throws -> Bool {
    switch sqlite3_step(pointer) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw failure(code)
    }
  }

  /// Runs the statement to its end and makes it ready for the next run.
  func runToEnd() throws {
    defer { reset() }
    while try advance() {}
  }

  /// Makes the statement ready for another run, with no values bound.
  func reset() {
    // The code repeats the error of the last step, which has been thrown already.
    _ = sqlite3_reset(pointer)
    _ = sqlite3_clear_bindings(pointer)
  }

  /// The value in the column number `index`, from 0, of the present row.
  package func value(at index: Int32) -> SQLValue {
    switch sqlite3_column_type(pointer, index) {
    case SQLITE_INTEGER:
      return .integer(sqlite3_column_int64(pointer, index))
    case SQLITE_FLOAT:
      return .real(sqlite3_column_double(pointer, index))
    case SQLITE_TEXT:
      guard let bytes = sqlite3_column_text(pointer, index) else { return .null }
      let count = Int(sqlite3_column_bytes(pointer, index))
      return .text(String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
    case SQLITE_BLOB:
      guard let bytes = sqlite3_column_blob(pointer, index) else { return .blob(Data()) }
      return .blob(Data(bytes: bytes, count: Int(sqlite3_column_bytes(pointer, index))))
    default:
      return .null
    }
  }

  /// The whole number in the column number `index`; 0 for what is none.
  func integer(at index: Int32) -> Int { Int(sqlite3_column_int64(pointer, index)) }

  /// The text in the column number `index`; empty for what is none.
  func text(at index: Int32) -> String { value(at: index).text ?? "" }

  /// Whether the column number `index` holds exactly this text.
  func isText(_ text: String, at index: Int32) -> Bool {
    guard let (isText, bytes) = content(at: index), isText else { return false }
    var text = text
    return text.withUTF8 { NaturalOrder.compareBytes(.init($0), bytes) == 0 }
  }

  /// The value in the column number `index`, or the first characters of a text, and `…` if something follows.
  func value(at index: Int32, characters: Int?) -> SQLValue {
    guard let characters, let (isText, bytes) = content(at: index), isText else {
      return value(at: index)
    }
    return .text(TextFunctions.shortened(bytes, to: characters))
  }

  /// The same, with the length of the whole text after what is shown of it.
  func value(at index: Int32, upTo characters: Int?) -> SQLValue {
    let value = value(at: index, characters: characters)
    guard let characters, case .text(let text) = value, let (_, bytes) = content(at: index),
      bytes.count > characters, !isText(text, at: index)
    else { return value }
    return .text("\(text) (\(bytes.count) bytes)")
  }

  /// What tells the value in the column number `index` from others: of a long text or bytes, the hash.
  func distinction(at index: Int32) -> SQLValue {
    guard let (isText, bytes) = content(at: index), bytes.count > 100 else {
      return value(at: index)
    }
    var hash = SHA256()
    hash.update(bytes)
    return .text("\(isText ? "text" : "bytes") \(hash.hexadecimal())")
  }

  /// The number of columns of a row.
  var columnCount: Int32 { sqlite3_column_count(pointer) }

  package func isNull(at index: Int32) -> Bool {
    sqlite3_column_type(pointer, index) == SQLITE_NULL
  }

  /// The bytes of a text or blob in the column number `index`, which are there until the next row; nil for
  /// a number or NULL.
  package func content(at index: Int32) -> (isText: Bool, bytes: UnsafeRawBufferPointer)? {
    let type = sqlite3_column_type(pointer, index)
    guard type == SQLITE_TEXT || type == SQLITE_BLOB else { return nil }
    // The number of bytes is that of the form asked for last.
    let start =
      type == SQLITE_TEXT
      ? sqlite3_column_text(pointer, index).map { UnsafeRawPointer($0) }
      : sqlite3_column_blob(pointer, index)
    let count = start == nil ? 0 : Int(sqlite3_column_bytes(pointer, index))
    return (type == SQLITE_TEXT, UnsafeRawBufferPointer(start: start, count: count))
  }

  private func check(_ code: Int32) throws {
    if code != SQLITE_OK { throw failure(code) }
  }

  private func failure(_ code: Int32) -> DatabaseError {
    let message = sqlite3_errmsg(sqlite3_db_handle(pointer)).map { String(cString: $0) }
    return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
  }
}
