import Foundation

/// One row of a result, read by the names of its columns.
package struct ResultRow {
  /// The columns of the statement.
  package let columns: Columns
  private let source: Source

  /// Where the values stand.
  private enum Source {
    /// In the statement, until its next row.
    case statement(StatementHandle)
    /// Here, in the order of the columns.
    case copies([SQLValue])
  }

  /// The present row of a statement: only the values that are asked for are read.
  init(_ columns: Columns, of statement: StatementHandle) {
    self.columns = columns
    source = .statement(statement)
  }

  private init(_ columns: Columns, _ values: [SQLValue]) {
    self.columns = columns
    source = .copies(values)
  }

  /// The values, in the order of the columns.
  package var values: [SQLValue] {
    switch source {
    case .statement(let handle): (0..<handle.columnCount).map(handle.value(at:))
    case .copies(let values): values
    }
  }

  /// The same row, for longer than the statement stands at it.
  var kept: ResultRow { ResultRow(columns, values) }

  /// The names of a result's columns, in lower case: SQLite matches names in either case, and gives them back
  /// as the table spells them.
  package final class Columns {
    /// The names, in their order.
    package let names: [String]
    private let places: [String: Int]
    private var next = 0

    init(_ names: [String]) {
      self.names = names.map { $0.lowercased() }
      places = Dictionary(zip(self.names, names.indices), uniquingKeysWith: { first, _ in first })
    }

    /// The place of a column; nil for none. Columns that are asked for in their order are found at once.
    func place(of name: String) -> Int? {
      if next == names.count { next = 0 }
      let isNext = next < names.count && names[next] == name
      guard let place = isNext ? next : places[name] else { return nil }
      next = place + 1
      return place
    }
  }

  /// The value in `column`, which the statement must have.
  package subscript(column: String) -> SQLValue {
    guard let place = columns.place(of: column) else {
      preconditionFailure("The statement has no column \(column).")
    }
    switch source {
    case .statement(let handle): return handle.value(at: Int32(place))
    case .copies(let values): return values[place]
    }
  }

  package func integer(_ column: String) throws -> Int {
    guard let value = try optionalInteger(column) else { throw unexpected(column) }
    return value
  }

  package func optionalInteger(_ column: String) throws -> Int? {
    switch self[column] {
    case .null: return nil
    case .integer(let value): return Int(value)
    case .real, .text, .blob: throw unexpected(column)
    }
  }

  /// The number in `column`; nil for NULL, whether that stands for NaN or for nothing.
  package func optionalReal(_ column: String) throws -> Double? {
    let value = self[column]
    if case .null = value { return nil }
    guard let real = value.real else { throw unexpected(column) }
    return real
  }

  package func real(_ column: String) throws -> Double {
    guard let value = try optionalReal(column) else { throw unexpected(column) }
    return value
  }

  package func text(_ column: String) throws -> String {
    guard let value = try optionalText(column) else { throw unexpected(column) }
    return value
  }

  package func optionalText(_ column: String) throws -> String? {
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
    if Number.self == Int.self, let integers = [Int](plainJSON: json) {
      return integers as? [Number]
    }
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

extension [Int] {
  /// The numbers of a JSON array of whole numbers such as `[1,-2]`; nil for anything else, also what JSON
  /// could say with blanks and points.
  ///
  /// An array of millions takes a hundred times the time and room of its numbers in `JSONDecoder`.
  fileprivate init?(plainJSON text: String) {
    self = []
    var number = 0
    var sign = 1
    var digits = 0
    var isOpen = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "[") where !isOpen && digits == 0 && isEmpty: isOpen = true
      case UInt8(ascii: "-") where isOpen && digits == 0 && sign == 1: sign = -1
      case UInt8(ascii: "0")...UInt8(ascii: "9") where isOpen && digits < 18:
        number = number * 10 + Int(byte - UInt8(ascii: "0"))
        digits += 1
      case UInt8(ascii: ",") where isOpen && digits > 0,
        UInt8(ascii: "]") where isOpen && digits > 0:
        append(sign * number)
        (number, sign, digits) = (0, 1, 0)
        isOpen = byte == UInt8(ascii: ",")
      default: return nil
      }
    }
    guard !isOpen, digits == 0, !isEmpty else { return nil }
  }
}
