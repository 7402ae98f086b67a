import Foundation
import RunStore

/// What a run has under the name of a parameter.
///
/// Two settings are equal when SQL says so: 1 and 1.0 are, 1 and '1' are not. No such parameter, None and an
/// empty text are three settings.
public struct Setting: Sendable, Hashable {
  /// The value as it is stored; nil for a run without the parameter.
  public let value: SQLValue?
  /// The value with a whole number where there is no fraction.
  private let identity: SQLValue?

  /// The setting that is stored as `value`; nil for none.
  public init(_ value: SQLValue?) {
    self.value = value
    identity = value?.normalized
  }

  public static func == (first: Setting, second: Setting) -> Bool {
    first.identity == second.identity
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(identity)
  }

  /// The setting in words that no other setting has: numbers whole, and text that could be taken for
  /// something else in quotes, as SQL writes it.
  public var words: String {
    switch identity {
    case nil: Self.missing
    case .null: Self.none
    case .integer(let number): String(number)
    case .real(let number): NumberText.exact(number)
    case .text(let text): Self.isMistakable(text) ? "'\(text.replacing("'", with: "''"))'" : text
    case .blob(let bytes): "x'" + bytes.map { String(format: "%02x", $0) }.joined() + "'"
    }
  }

  /// Whether a person who types `text` may mean this setting.
  func isTyped(as text: String) -> Bool {
    switch value {
    case nil, .null, .blob: words == text
    case .integer, .real: words == text || Double(text).map { Setting(.real($0)) } == self
    case .text(let own): own == text || words == text
    }
  }

  /// The cell of a value that stands alone.
  static func cell(_ value: SQLValue, in format: TableFormat) -> SQLValue {
    !format.isForPeople || value.real != nil ? value : .text(Setting(value).words)
  }

  /// The cells of a table for settings beside each other: for people rounded, but such that those that differ
  /// still do; for machines the values themselves.
  static func cells(_ settings: [Setting], in format: TableFormat) -> [SQLValue] {
    guard format.isForPeople else { return settings.map { $0.value ?? .null } }
    // Only numbers that are longer than they are shown can be mistaken for others.
    let long = Set(settings.filter { $0.isNumber && !$0.isShort })
    let areRounded = long.isEmpty || (long.count <= mostRounded && areTold(settings))
    return settings.map { setting in
      guard let identity = setting.identity, setting.isNumber else { return .text(setting.words) }
      return areRounded || setting.isShort ? identity : .text(setting.words)
    }
  }

  /// Of more, nobody tries whether rounded they are told apart.
  private static var mostRounded: Int { 1_000 }

  /// Whether numbers that differ are told apart rounded.
  private static func areTold(_ settings: [Setting]) -> Bool {
    let numbers = Set(settings.filter(\.isNumber)).compactMap(\.identity)
    return Set(numbers.map(PlainStyle.text)).count == numbers.count
  }

  /// Whether the setting is a number of six digits at most, which is shown whole: a whole number over a power
  /// of ten, of which the quotient is the nearest number.
  private var isShort: Bool {
    guard let number = identity?.real, number.magnitude < 1e6 else { return false }
    return Self.powersOfTen.contains { power in
      let digits = (number * power).rounded()
      return digits.magnitude < 1e6 && digits / power == number
    }
  }

  private static let powersOfTen: [Double] = (0...12).map { pow(10, Double($0)) }

  /// Whether the setting is a number.
  var isNumber: Bool { value?.real != nil }

  private static let missing = "–"
  private static let none = "none"

  private static func isMistakable(_ text: String) -> Bool {
    text.isEmpty || text == missing || text == none || Double(text) != nil || text.hasPrefix("'")
      || text.hasPrefix("x'") || text.first?.isWhitespace == true
      || text.last?.isWhitespace == true
  }
}

extension Setting: Comparable {
  /// None first, then numbers by size, text as people look for it, and bytes.
  public static func < (first: Setting, second: Setting) -> Bool {
    switch (first.identity, second.identity) {
    case (.integer(let a), .integer(let b)): a < b
    case (.text(let a), .text(let b)): a.precedesNaturally(b)
    case (.blob(let a), .blob(let b)): a.lexicographicallyPrecedes(b)
    case (let a?, let b?) where a.real != nil && b.real != nil: (a.real ?? 0) < (b.real ?? 0)
    default: first.rank < second.rank
    }
  }

  private var rank: Int {
    switch value {
    case nil: 0
    case .null: 1
    case .integer, .real: 2
    case .text: 3
    case .blob: 4
    }
  }
}

extension Table {
  /// The columns of named settings.
  static let settingColumns: [Column] = {
    var value: Column = "value"
    value.showsNone = true
    return ["name", value]
  }()
}

extension Table.Column {
  /// A column of settings: to the right if they are numbers.
  init(_ name: String, of settings: [Setting]) {
    let present = settings.lazy.filter { $0.value != nil }
    self.init(
      name, alignment: !present.isEmpty && present.allSatisfy(\.isNumber) ? .right : .left,
      importance: 2)
    showsNone = true
  }
}
