import Foundation
import GRDB

/// A parameter that is bytes, as files before version 2 took them: what a NumPy scalar becomes when it is
/// given to SQLite as it is.
///
/// `merge` and `export run` carry it over as the number where it is plain, otherwise in hexadecimal digits
/// as its `text`. Plain are
/// - the text of a number in ASCII, of two characters or more;
/// - a little-endian whole number of 1 or 2 bytes that is the same with and without a sign, and small
///   (below 128 or 1,024), of 4 bytes below 2^23 in size, of 8 bytes below 2^53: read as a floating-point
///   number, each of these would be NaN or too small to mean anything;
/// - a little-endian floating-point number of 4 bytes that has at most four decimal digits, and is neither
///   below 10^-8 nor above 10^8. Floating-point numbers of 8 bytes never came as bytes: in Python they
///   are numbers.
public struct BytesParameter: Sendable, Hashable {
  /// The uuid of the run.
  public let run: String
  /// The id of the run in its file.
  public let id: Int
  /// The name of the parameter.
  public let name: String
  /// What it is in the file.
  public let bytes: Data

  /// The number that it is carried over as; nil if it is not plain.
  public var number: SQLValue? { Self.plainNumber(bytes) }

  /// What becomes of it, in words.
  public var outcome: String {
    switch number {
    case .integer(let value): "the number \(value)"
    case .real(let value): "the number \(value)"
    default:
      "the text \(bytes.prefix(16).map { String(format: "%02X", $0) }.joined())"
        + (bytes.count > 16 ? "…" : "")
    }
  }

  static func plainNumber(_ bytes: Data) -> SQLValue? {
    if let number = asciiNumber(bytes) { return number }
    switch bytes.count {
    case 1:
      // A digit might be text.
      let value = Int64(bytes.littleEndian)
      return (0..<128).contains(value) && !(48..<58).contains(value) ? .integer(value) : nil
    case 2:
      let value = Int64(bytes.littleEndian)
      return value < 1024 ? .integer(value) : nil
    case 4:
      let pattern = UInt32(truncatingIfNeeded: bytes.littleEndian)
      let value = Int64(Int32(bitPattern: pattern))
      if value.magnitude < 1 << 23 { return .integer(value) }
      return plainReal(Float(bitPattern: pattern))
    case 8:
      let value = Int64(bitPattern: bytes.littleEndian)
      return value.magnitude < 1 << 53 ? .integer(value) : nil
    default: return nil
    }
  }

  private static func asciiNumber(_ bytes: Data) -> SQLValue? {
    guard (2...40).contains(bytes.count), let text = String(data: bytes, encoding: .ascii),
      text.wholeMatch(of: #/[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/#) != nil
    else { return nil }
    if let value = Int64(text) { return .integer(value) }
    return Double(text).flatMap { $0.isFinite ? .real($0) : nil }
  }

  /// The decimal number that was meant, if it is a short one.
  private static func plainReal(_ value: Float) -> SQLValue? {
    guard value.isFinite, (1e-8...1e8).contains(value.magnitude) else { return nil }
    let text = "\(value)"
    let digits = text.prefix { $0 != "e" }.filter(\.isNumber)
      .drop { $0 == "0" }.reversed().drop { $0 == "0" }
    guard digits.count <= 4 else { return nil }
    return Double(text).map { .real($0) }
  }
}

extension Data {
  /// The bytes as a number, at most eight.
  fileprivate var littleEndian: UInt64 {
    reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

extension BytesParameter {
  /// For SQL: `plain_number(bytes)` is what the bytes are carried over as, or NULL.
  static let function = DatabaseFunction("plain_number", argumentCount: 1, pure: true) { values in
    guard let bytes = Data.fromDatabaseValue(values[0]) else { return nil }
    switch plainNumber(bytes) {
    case .integer(let value): return value
    case .real(let value): return value
    default: return nil
    }
  }
}

extension RunDatabase {
  /// The parameters that are bytes.
  public func bytesParameters() throws -> [BytesParameter] {
    try read { try bytesParameters(in: $0) }
  }

  func bytesParameters(in db: Database) throws -> [BytesParameter] {
    try db.rows(
      """
      SELECT run.uuid, run.id, param.name, param.value
      FROM params AS param
      JOIN runs AS run ON run.id = param.run_id
      WHERE typeof(param.value) = 'blob'
      ORDER BY run.id, param.name
      """
    ).map { row in
      guard case .blob(let bytes) = row["value"] else {
        throw RunStoreError.unexpectedValue(column: "value", found: row["value"])
      }
      return BytesParameter(
        run: try row.text("uuid"), id: try row.integer("id"), name: try row.text("name"),
        bytes: bytes)
    }
  }
}
