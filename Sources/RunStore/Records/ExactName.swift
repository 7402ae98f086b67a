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

extension String {
  /// The order of the bytes of two names: less than 0 if these come first, 0 if they are the same.
  @usableFromInline
  func compareBytes(to other: String) -> Int {
    var (first, second) = (self, other)
    return first.withUTF8 { first in
      second.withUTF8 { NaturalOrder.compareBytes(.init(first), .init($0)) }
    }
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
///
/// They stand in the order of these bytes: a run has few, and thousands of runs are read at once. What asks
/// for them in other modules is compiled for its own type, which takes a tenth of the time.
public struct NamedValueMap<Value> {
  @usableFromInline
  struct Entry {
    @usableFromInline let name: String
    @usableFromInline var value: Value

    @inlinable
    init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  @usableFromInline var entries: [Entry] = []

  /// No values.
  public init() {}

  /// Named values, of which the first counts where a name comes twice.
  @inlinable
  public init(_ pairs: some Sequence<(String, Value)>) {
    for (name, value) in pairs where self[name] == nil { self[name] = value }
  }

  /// The number of names.
  @inlinable
  public var count: Int { entries.count }

  /// Makes room for so many names.
  mutating func reserveCapacity(_ count: Int) { entries.reserveCapacity(count) }

  /// The value of a name; nil for none.
  @inlinable
  public subscript(name: String) -> Value? {
    get {
      let (place, isThere) = place(of: name)
      return isThere ? entries[place].value : nil
    }
    set {
      let (place, isThere) = place(of: name)
      switch (newValue, isThere) {
      case (let value?, true): entries[place].value = value
      case (let value?, false): entries.insert(Entry(name, value), at: place)
      case (nil, true): entries.remove(at: place)
      case (nil, false): break
      }
    }
  }

  /// Where a name stands or would stand. Names that come in their order are found at once.
  @inlinable
  func place(of name: String) -> (place: Int, isThere: Bool) {
    var (low, high) = (0, entries.count)
    var middle = high - 1
    while low < high {
      let order = entries[middle].name.compareBytes(to: name)
      if order == 0 { return (middle, true) }
      if order < 0 { low = middle + 1 } else { high = middle }
      middle = (low + high) / 2
    }
    return (low, false)
  }

  /// The names, in the order of their bytes.
  @inlinable
  public var keys: [String] { entries.map(\.name) }

  /// The names that not all of some maps have, or not with one value, in no order.
  @inlinable
  public static func names(
    differingAmong maps: some Sequence<NamedValueMap>, by areEqual: (Value, Value) -> Bool
  ) -> [String] {
    var first: [Entry]?
    // Which of the first map's names are known to differ, and which others there are.
    var (differs, others): ([Bool], Set<ExactName>) = ([], [])
    for map in maps {
      guard let first else {
        first = map.entries
        differs = map.entries.map { _ in false }
        continue
      }
      var (place, own) = (0, 0)
      while place < first.count || own < map.entries.count {
        let order =
          place == first.count
          ? 1
          : own == map.entries.count
            ? -1 : first[place].name.compareBytes(to: map.entries[own].name)
        if order > 0 {
          others.insert(ExactName(map.entries[own].name))
        } else if !differs[place] {
          differs[place] = order < 0 || !areEqual(first[place].value, map.entries[own].value)
        }
        if order <= 0 { place += 1 }
        if order >= 0 { own += 1 }
      }
    }
    return zip(first ?? [], differs).compactMap { $1 ? $0.name : nil } + others.map(\.text)
  }

  /// These values, and those of `others` instead where both have the name.
  public func merging(_ others: NamedValueMap) -> NamedValueMap {
    var all = self
    for entry in others.entries { all[entry.name] = entry.value }
    return all
  }
}

extension NamedValueMap.Entry: Sendable where Value: Sendable {}
extension NamedValueMap: Sendable where Value: Sendable {}
extension NamedValueMap: Equatable where Value: Equatable {
  public static func == (first: NamedValueMap, second: NamedValueMap) -> Bool {
    first.entries.elementsEqual(second.entries) {
      $0.name.compareBytes(to: $1.name) == 0 && $0.value == $1.value
    }
  }
}

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
