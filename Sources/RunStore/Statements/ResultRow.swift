import Foundation

/// One row of a result, read by the names of its columns.
struct ResultRow {
  /// The place of each column, by its name in lower case.
  let columns: [String: Int]
  /// The values, in the order of the columns.
  let values: [SQLValue]

  /// The value in `column`, which the statement must have.
  subscript(column: String) -> SQLValue {
    guard let index = columns[column] else {
      preconditionFailure("The statement has no column \(column).")
    }
    return values[index]
  }

  func integer(_ column: String) throws -> Int {
    guard let value = try optionalInteger(column) else { throw unexpected(column) }
    return value
  }

  func optionalInteger(_ column: String) throws -> Int? {
    switch self[column] {
    case .null: return nil
    case .integer(let value): return Int(value)
    case .real, .text, .blob: throw unexpected(column)
    }
  }

  /// The number in `column`; nil for NULL, whether that stands for NaN or for nothing.
  func optionalReal(_ column: String) throws -> Double? {
    let value = self[column]
    if case .null = value { return nil }
    guard let real = value.real else { throw unexpected(column) }
    return real
  }

  func real(_ column: String) throws -> Double {
    guard let value = try optionalReal(column) else { throw unexpected(column) }
    return value
  }

  func text(_ column: String) throws -> String {
    guard let value = try optionalText(column) else { throw unexpected(column) }
    return value
  }

  func optionalText(_ column: String) throws -> String? {
    switch self[column] {
    case .null: return nil
    case .text(let value): return value
    case .integer, .real, .blob: throw unexpected(column)
    }
  }

  /// The word in `column`, which must be one of the cases.
  func choice<Choice: RawRepresentable<String>>(_ column: String) throws -> Choice {
    guard let choice = Choice(rawValue: try text(column)) else { throw unexpected(column) }
    return choice
  }

  func date(_ column: String) throws -> Date {
    Date(milliseconds: Int64(try integer(column)))
  }

  func optionalDate(_ column: String) throws -> Date? {
    try optionalInteger(column).map { Date(milliseconds: Int64($0)) }
  }

  /// The numbers of a JSON array such as `[1,3,32,32]`.
  func numbers<Number: Decodable>(_ column: String) throws -> [Number] {
    guard let numbers = try optionalNumbers(column) as [Number]? else { throw unexpected(column) }
    return numbers
  }

  func optionalNumbers<Number: Decodable>(_ column: String) throws -> [Number]? {
    guard let json = try optionalText(column) else { return nil }
    do {
      return try JSONDecoder().decode([Number].self, from: Data(json.utf8))
    } catch is DecodingError {
      throw unexpected(column)
    }
  }

  private func unexpected(_ column: String) -> RunStoreError {
    .unexpectedValue(column: column, found: self[column])
  }
}
