import Foundation
import RunStore

/// What an option of a recipe can hold: someone types it, a run stores it as a parameter, and it is read back.
///
/// Reading only looks at types; whether a value makes sense is said by the option's rule.
public protocol OptionValue: Sendable, Equatable {
  /// Reads what someone typed; nil if it is not of this type.
  init?(typed text: String)
  /// Reads a parameter; nil if it is not of this type.
  init?(stored: SQLValue)
  /// The value as one types it.
  var typed: String { get }
  /// The value as a parameter.
  var stored: SQLValue { get }
  /// All values, where these are words to choose from.
  static var words: [String] { get }
  /// Whether a value can begin with a minus, and must not be taken for an option.
  static var canBeNegative: Bool { get }
  /// What a parameter must be, in words: `a whole number`.
  static var type: String { get }
}

extension OptionValue {
  public static var words: [String] { [] }
  public static var canBeNegative: Bool { true }
}

extension OptionValue where Self: LosslessStringConvertible {
  public init?(typed text: String) { self.init(text) }
  public var typed: String { description }
}

extension Int: OptionValue {
  public init?(stored: SQLValue) {
    guard let value = stored.integer else { return nil }
    self.init(value)
  }
  public var stored: SQLValue { .integer(Int64(self)) }
  public static var type: String { "a whole number" }
}

/// A seed: all 64 bits are stored, as a number with a sign.
extension UInt64: OptionValue {
  public init?(stored: SQLValue) {
    guard let value = stored.integer else { return nil }
    self.init(bitPattern: value)
  }
  public var stored: SQLValue { .integer(Int64(bitPattern: self)) }
  public static var type: String { "a whole number" }
}

extension Double: OptionValue {
  public init?(stored: SQLValue) {
    guard let value = stored.real else { return nil }
    self = value
  }
  public var stored: SQLValue { .real(self) }
  public static var type: String { "a number" }
}

extension Bool: OptionValue {
  public init?(stored: SQLValue) {
    guard let value = stored.integer, value == 0 || value == 1 else { return nil }
    self = value == 1
  }
  public var stored: SQLValue { .integer(self ? 1 : 0) }
  public static var type: String { "0 or 1" }
}

extension String: OptionValue {
  public init?(stored: SQLValue) {
    guard let value = stored.text else { return nil }
    self = value
  }
  public var stored: SQLValue { .text(self) }
  public static var canBeNegative: Bool { false }
  public static var type: String { "text" }
}

/// Words to choose from: each conforms where it is first an option.
extension OptionValue where Self: RawRepresentable<String> & CaseIterable {
  public init?(typed text: String) { self.init(rawValue: text) }
  public init?(stored: SQLValue) {
    guard let value = stored.text.flatMap(Self.init(rawValue:)) else { return nil }
    self = value
  }
  public var typed: String { rawValue }
  public var stored: SQLValue { .text(rawValue) }
  public static var words: [String] { allCases.map(\.rawValue) }
  public static var canBeNegative: Bool { false }
  public static var type: String { "one of " + words.joined(separator: ", ") }
}

/// Lists as they are typed: `120,84`, and of lists `1,2;3,4`. No text is an empty list.
extension Array: OptionValue where Element: ListElement {
  public init?(typed text: String) {
    let fields = text.split(separator: Element.separator, omittingEmptySubsequences: false)
    let elements = fields.compactMap {
      Element(typedInList: $0.trimmingCharacters(in: .whitespaces))
    }
    guard elements.count == fields.count else { return nil }
    self = elements
  }

  public init?(stored: SQLValue) {
    guard let text = stored.text else { return nil }
    let fields =
      text.isEmpty ? [] : text.split(separator: Element.separator, omittingEmptySubsequences: false)
    let elements = fields.compactMap { Element(storedInList: String($0)) }
    guard elements.count == fields.count else { return nil }
    self = elements
  }

  public var typed: String { joined(\.typedInList) }
  public var stored: SQLValue { .text(joined(\.storedInList)) }
  public static var type: String { Element.types }

  private func joined(_ words: (Element) -> String) -> String {
    map(words).joined(separator: String(Element.separator))
  }
}

/// What the lists of options hold.
public protocol ListElement: Sendable, Equatable {
  init?(typedInList text: String)
  init?(storedInList text: String)
  var typedInList: String { get }
  var storedInList: String { get }
  /// What stands between two of them.
  static var separator: Character { get }
  /// Many of them, in words.
  static var types: String { get }
}

extension Int: ListElement {
  public init?(typedInList text: String) { self.init(text) }
  public init?(storedInList text: String) { self.init(text) }
  public var typedInList: String { description }
  public var storedInList: String { description }
  public static var separator: Character { "," }
  public static var types: String { "whole numbers" }
}

extension Double: ListElement {
  /// Decimal notation of finite numbers only: `Double` would also take hexadecimal numbers and `nan`.
  public init?(typedInList text: String) {
    guard let number = Double(text), number.isFinite,
      text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) })
    else { return nil }
    self = number
  }
  public init?(storedInList text: String) { self.init(text) }
  public var typedInList: String { description }
  /// A whole number has no point, but for -0, which would lose its sign.
  public var storedInList: String {
    let whole = isZero && sign == .minus ? nil : Int64(exactly: self)
    return whole.map(String.init) ?? description
  }
  public static var separator: Character { "," }
  public static var types: String { "numbers" }
}

extension Array: ListElement where Element == Double {
  public init?(typedInList text: String) { self.init(typed: text) }
  public init?(storedInList text: String) { self.init(stored: .text(text)) }
  public var typedInList: String { typed }
  public var storedInList: String { stored.text ?? "" }
  public static var separator: Character { ";" }
  public static var types: String { "numbers" }
}
