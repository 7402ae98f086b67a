import Foundation

/// A value as SQLite knows it: what parameters, tags and the cells of a result hold.
///
/// SQLite has no NaN; a `.real(.nan)` is stored as NULL, and infinities are stored as they are. Two texts are
/// equal when their bytes are.
public enum SQLValue: Sendable {
  /// No value, or NaN.
  case null
  /// A whole number.
  case integer(Int64)
  /// A floating-point number.
  case real(Double)
  /// Text; it may hold any character, also U+0000.
  case text(String)
  /// Bytes.
  case blob(Data)

  /// The whole number, if this is one.
  public var integer: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The number, of either kind, if this is one.
  public var real: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    case .null, .text, .blob: nil
    }
  }

  /// The value with a whole number where there is no fraction: two that are equal in SQL, such as 1 and 1.0,
  /// are then equal.
  public var normalized: SQLValue {
    if case .real(let number) = self, let whole = Int64(exactly: number) {
      .integer(whole)
    } else {
      self
    }
  }

  /// The text, if this is one.
  public var text: String? {
    if case .text(let value) = self { value } else { nil }
  }
}

extension SQLValue: Hashable {
  public static func == (first: SQLValue, second: SQLValue) -> Bool {
    switch (first, second) {
    case (.null, .null): true
    case (.integer(let a), .integer(let b)): a == b
    case (.real(let a), .real(let b)): a == b
    case (.text(let a), .text(let b)): a.utf8.elementsEqual(b.utf8)
    case (.blob(let a), .blob(let b)): a == b
    case (.null, _), (.integer, _), (.real, _), (.text, _), (.blob, _): false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .integer(let value): hasher.combine(value)
    case .real(let value): hasher.combine(value)
    case .text(let value): hasher.combine(exactly: value)
    case .blob(let value): hasher.combine(value)
    }
  }
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  /// A whole number.
  public init(integerLiteral value: Int64) {
    self = .integer(value)
  }

  /// A floating-point number.
  public init(floatLiteral value: Double) {
    self = .real(value)
  }

  /// Text.
  public init(stringLiteral value: String) {
    self = .text(value)
  }

  /// 1 for true and 0 for false.
  public init(booleanLiteral value: Bool) {
    self = .integer(value ? 1 : 0)
  }

  /// NULL.
  public init(nilLiteral: ()) {
    self = .null
  }
}

extension SQLValue {
  /// The whole number, or NULL.
  package init(_ value: Int?) {
    self = value.map { .integer(Int64($0)) } ?? .null
  }

  /// The number, or NULL.
  package init(_ value: Double?) {
    self = value.map { .real($0) } ?? .null
  }

  /// The text, or NULL.
  package init(_ value: String?) {
    self = value.map { .text($0) } ?? .null
  }

  /// 1 for true and 0 for false, or NULL.
  package init(_ value: Bool?) {
    self = value.map { .integer($0 ? 1 : 0) } ?? .null
  }

  /// Milliseconds since 1970 UTC, or NULL.
  package init(_ value: Date?) {
    self = value.map { .integer($0.milliseconds) } ?? .null
  }
}

extension Date {
  /// Whole milliseconds since 1970 UTC, rounded to the nearest; the form in which the file keeps times.
  /// Moments beyond the 64 bits are the first or the last that there is.
  package var milliseconds: Int64 {
    let rounded = (timeIntervalSince1970 * 1000).rounded()
    return Int64(exactly: rounded) ?? (rounded > 0 ? .max : .min)
  }

  /// The moment `milliseconds` after the start of 1970 UTC.
  package init(milliseconds: Int64) {
    self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
  }
}
