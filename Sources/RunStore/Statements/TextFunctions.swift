import Foundation
import GRDB
import GRDBSQLite

/// Functions that statements of this library ask about long texts. They read what SQLite holds, byte by
/// byte, and copy none of it.
enum TextFunctions {
  /// Makes the functions known to a connection. Views and triggers of a file cannot call them.
  ///
  /// - `list_fits(list, items)`: whether a text is a JSON array of `sizes`, `counts`, `numbers` or `numbers
  ///   or nulls`.
  /// - `list_length(list)` and `list_total(list)`: how many numbers and nulls such an array has, and the sum
  ///   of the numbers; NULL for a text that is none.
  /// - `shortened(value, characters)`: the first characters of a text, and `…` if something follows; any
  ///   other value as it is, and all of a text if the number is NULL, in a copy.
  static func install(on db: Database) throws {
    try add("list_fits", 2, on: db) { context, values in
      guard let bytes = content(of: values[0]), let items = text(of: values[1]) else { return }
      let fits = NumberList.allItems(of: bytes) { Items(rawValue: items)?.include($0) ?? false }
      sqlite3_result_int(context, fits ? 1 : 0)
    }
    try add("list_length", 1, on: db) { context, values in
      var length: Int64 = 0
      guard let bytes = content(of: values[0]),
        NumberList.allItems(
          of: bytes,
          satisfy: { _ in
            length += 1
            return true
          })
      else { return }
      sqlite3_result_int64(context, length)
    }
    try add("list_total", 1, on: db) { context, values in
      var total = 0.0
      guard let bytes = content(of: values[0]),
        NumberList.allItems(
          of: bytes,
          satisfy: { item in
            if case .number(let value, _) = item { total += value }
            return true
          })
      else { return }
      sqlite3_result_double(context, total)
    }
    try add("shortened", 2, on: db) { context, values in
      guard sqlite3_value_type(values[0]) == SQLITE_TEXT,
        sqlite3_value_type(values[1]) == SQLITE_INTEGER, let bytes = content(of: values[0]),
        let end = end(ofCharacters: Int(sqlite3_value_int64(values[1])), in: bytes)
      else { return sqlite3_result_value(context, values[0]) }
      result(start(of: bytes, to: end), context)
    }
  }

  /// What the numbers of a list may be.
  private enum Items: String {
    case sizes, counts, numbers
    case numbersOrNulls = "numbers or nulls"

    func include(_ item: NumberList.Item) -> Bool {
      guard case .number(let value, let isInteger) = item else { return self == .numbersOrNulls }
      switch self {
      case .sizes: return isInteger && value >= 0
      case .counts: return value >= 0 && value < 0x1p63 && value == value.rounded()
      case .numbers, .numbersOrNulls: return value.isFinite
      }
    }
  }

  private typealias Body = (OpaquePointer?, UnsafeBufferPointer<OpaquePointer?>) -> Void

  /// - Parameter body: Gives NULL where it gives nothing.
  private static func add(
    _ name: String, _ argumentCount: Int32, on db: Database, _ body: @escaping Body
  ) throws {
    final class Box {
      let body: Body
      init(_ body: @escaping Body) { self.body = body }
    }
    let code = sqlite3_create_function_v2(
      db.sqliteConnection, name, argumentCount,
      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
      Unmanaged.passRetained(Box(body)).toOpaque(),
      { context, count, values in
        guard let box = sqlite3_user_data(context) else { return }
        Unmanaged<Box>.fromOpaque(box).takeUnretainedValue()
          .body(context, UnsafeBufferPointer(start: values, count: Int(count)))
      }, nil, nil, { box in box.map { Unmanaged<Box>.fromOpaque($0).release() } })
    guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }

  /// The bytes of a text or blob; nil for a number or NULL.
  private static func content(of value: OpaquePointer?) -> UnsafeRawBufferPointer? {
    let start: UnsafeRawPointer?
    switch sqlite3_value_type(value) {
    case SQLITE_TEXT: start = sqlite3_value_text(value).map { UnsafeRawPointer($0) }
    case SQLITE_BLOB: start = sqlite3_value_blob(value)
    default: return nil
    }
    return UnsafeRawBufferPointer(
      start: start, count: start == nil ? 0 : Int(sqlite3_value_bytes(value)))
  }

  private static func text(of value: OpaquePointer?) -> String? {
    content(of: value).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func result(_ text: String, _ context: OpaquePointer?) {
    var text = text
    text.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        // SQLite copies what is returned with this destructor.
        sqlite3_result_text64(
          context, characters.baseAddress, UInt64(characters.count),
          unsafeBitCast(-1, to: sqlite3_destructor_type.self), UInt8(SQLITE_UTF8))
      }
    }
  }

  /// The same as `shortened` in SQL.
  static func shortened(_ text: UnsafeRawBufferPointer, to characters: Int) -> String {
    end(ofCharacters: characters, in: text).map { start(of: text, to: $0) }
      ?? String(decoding: text, as: UTF8.self)
  }

  private static func start(of bytes: UnsafeRawBufferPointer, to end: Int) -> String {
    String(decoding: bytes[..<end], as: UTF8.self) + "…"
  }

  /// Where the first `count` characters of UTF-8 end; nil if there are no more.
  private static func end(ofCharacters count: Int, in bytes: UnsafeRawBufferPointer) -> Int? {
    if bytes.count <= count { return nil }
    var begun = 0
    for (index, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
      if begun == count { return index }
      begun += 1
    }
    return nil
  }
}
