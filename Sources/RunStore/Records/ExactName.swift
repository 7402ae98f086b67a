/// A name that is equal to another one only if their bytes are, as in SQL: Swift takes two spellings of é
/// for the same.
public struct ExactName: Sendable, Hashable {
  /// The name.
  public let text: String

  /// The name `text`.
  public init(_ text: String) {
    self.text = text
  }

  public static func == (first: ExactName, second: ExactName) -> Bool {
    first.text.utf8.elementsEqual(second.text.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(exactly: text)
  }
}

extension Hasher {
  /// The bytes of a text and their number.
  mutating func combine(exactly text: String) {
    var text = text
    text.withUTF8 { bytes in
      combine(bytes.count)
      combine(bytes: UnsafeRawBufferPointer(bytes))
    }
  }
}

/// Values by names that are what their bytes are.
public struct NamedValueMap<Value> {
  private var values: [ExactName: Value] = [:]

  /// No values.
  public init() {}

  /// Named values, of which the first counts where a name comes twice.
  public init(_ pairs: some Sequence<(String, Value)>) {
    for (name, value) in pairs where values[ExactName(name)] == nil {
      values[ExactName(name)] = value
    }
  }

  /// The value of a name; nil for none.
  public subscript(name: String) -> Value? {
    get { values[ExactName(name)] }
    set { values[ExactName(name)] = newValue }
  }

  /// The names, in no order.
  public var keys: [String] { values.keys.map(\.text) }

  /// These values, and those of `others` instead where both have the name.
  public func merging(_ others: NamedValueMap) -> NamedValueMap {
    var all = self
    all.values.merge(others.values) { _, other in other }
    return all
  }
}

extension NamedValueMap: Sendable where Value: Sendable {}
extension NamedValueMap: Equatable where Value: Equatable {}

extension NamedValueMap: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, Value)...) {
    self.init(elements)
  }
}

extension Sequence<String> {
  /// Each name once, in the order in which people look for them.
  public var distinctNames: [String] {
    Set(map(ExactName.init)).map(\.text).sorted { $0.precedesNaturally($1) }
  }

  /// Whether this very name is among them.
  public func containsExactly(_ name: String) -> Bool {
    contains { $0.utf8.elementsEqual(name.utf8) }
  }
}
