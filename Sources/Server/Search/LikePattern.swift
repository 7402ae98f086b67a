import GRDB

/// Patterns of LIKE, in a time that grows with text times pattern and no faster: with SQLite's own, a pattern
/// of many `%` takes for ever.
enum LikePattern {
  /// `is_like(text, pattern, any_case)`: `%` is any text, `_` any character. Without case, that of ASCII's
  /// letters does not count.
  static let function = DatabaseFunction("is_like", argumentCount: 3, pure: true) { values in
    guard let text = String.fromDatabaseValue(values[0]),
      let pattern = String.fromDatabaseValue(values[1])
    else { return nil }
    let isAnyCase = Bool.fromDatabaseValue(values[2]) ?? false
    return matches(
      Array(text.unicodeScalars), Array(pattern.unicodeScalars), anyCase: isAnyCase)
  }

  /// Whether a text fits a pattern.
  static func matches(
    _ text: [Unicode.Scalar], _ pattern: [Unicode.Scalar], anyCase: Bool
  ) -> Bool {
    func folded(_ scalar: Unicode.Scalar) -> UInt32 {
      anyCase && ("A"..."Z").contains(scalar) ? scalar.value | 0x20 : scalar.value
    }
    var (place, patternPlace) = (0, 0)
    // Where the last % stands, and how far it reaches.
    var (percent, reach): (Int?, Int) = (nil, 0)
    while place < text.count {
      if patternPlace < pattern.count, pattern[patternPlace] == "%" {
        (percent, reach) = (patternPlace, place)
        patternPlace += 1
      } else if patternPlace < pattern.count,
        pattern[patternPlace] == "_" || folded(pattern[patternPlace]) == folded(text[place])
      {
        place += 1
        patternPlace += 1
      } else if let percent {
        reach += 1
        (place, patternPlace) = (reach, percent + 1)
      } else {
        return false
      }
    }
    return pattern[patternPlace...].allSatisfy { $0 == "%" }
  }
}
