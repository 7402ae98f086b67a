import Foundation
import GRDB
import GRDBSQLite

/// The order in which people look for names: `run2` before `run10`.
///
/// Names are compared byte by byte, but digits beside each other as the number that they write. After `0.`
/// they are a fraction: `0.25` before `0.5`. Names that then are equal, such as `run1` and `run01`, are
/// ordered by their bytes.
enum NaturalOrder {
  /// - Returns: A negative number if `first` comes before `second`, 0 if they have the same bytes.
  static func compare(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
  ) -> Int {
    var (a, b) = (0, 0)
    var followsZero = false
    while a < first.count, b < second.count {
      guard isDigit(first[a]), isDigit(second[b]) else {
        if first[a] != second[b] { return Int(first[a]) - Int(second[b]) }
        // A point keeps the zero before it in mind.
        followsZero = followsZero && first[a] == UInt8(ascii: ".")
        (a, b) = (a + 1, b + 1)
        continue
      }
      let isFraction = followsZero && a > 0 && first[a - 1] == UInt8(ascii: ".")
      let numbers = (digits(of: first, from: a), digits(of: second, from: b))
      (a, b) = (numbers.0.upperBound, numbers.1.upperBound)
      let values =
        isFraction
        ? numbers
        : (withoutZeros(numbers.0, of: first), withoutZeros(numbers.1, of: second))
      if !isFraction, values.0.count != values.1.count { return values.0.count - values.1.count }
      let order = compareBytes(.init(rebasing: first[values.0]), .init(rebasing: second[values.1]))
      if order != 0 { return order }
      followsZero = !isFraction && values.0.isEmpty
    }
    let rest = (first.count - a) - (second.count - b)
    if a < first.count || b < second.count { return rest }
    return compareBytes(first, second)
  }

  /// Makes the order known to a connection as the collation `natural_order`.
  static func install(on db: Database) throws {
    let code = sqlite3_create_collation_v2(
      db.sqliteConnection, "natural_order", SQLITE_UTF8, nil,
      { _, firstCount, first, secondCount, second in
        Int32(
          clamping: NaturalOrder.compare(
            UnsafeRawBufferPointer(start: first, count: Int(firstCount)),
            UnsafeRawBufferPointer(start: second, count: Int(secondCount))))
      }, nil)
    guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }

  static func compareBytes(
    _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
  ) -> Int {
    let count = min(first.count, second.count)
    if let first = first.baseAddress, let second = second.baseAddress, count > 0 {
      let order = memcmp(first, second, count)
      if order != 0 { return Int(order) }
    }
    return first.count - second.count
  }

  private static func digits(of bytes: UnsafeRawBufferPointer, from start: Int) -> Range<Int> {
    start..<(bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count)
  }

  private static func withoutZeros(
    _ digits: Range<Int>, of bytes: UnsafeRawBufferPointer
  ) -> Range<Int> {
    (bytes[digits].firstIndex { $0 != UInt8(ascii: "0") } ?? digits.upperBound)..<digits.upperBound
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}

extension String {
  /// Whether people look for this name before the other one.
  public func precedesNaturally(_ other: String) -> Bool {
    var (first, second) = (self, other)
    return first.withUTF8 { first in
      second.withUTF8 { NaturalOrder.compare(.init(first), .init($0)) < 0 }
    }
  }
}
