import RunStore

/// One object a row, as the elements of one array or as lines.
///
/// NaN and the infinities, which JSON has no numbers for, are the strings `"NaN"`, `"Infinity"` and
/// `"-Infinity"`. A column name that was there before gets a number (`loss`, `loss_2`), so that every value
/// has a key of its own. A value that is not there has no key in its row.
struct JSONRows: RowEncoder {
  enum Layout {
    case array
    case lines
  }

  let layout: Layout
  private var keys: [String] = []
  private var isFirstRow = true

  init(layout: Layout) {
    self.layout = layout
  }

  mutating func begin(_ columns: [Table.Column], into text: inout String) {
    keys = Self.distinct(columns.map(\.name)).map { name in
      var key = ""
      JSONText.append(name, to: &key)
      return key + ": "
    }
    if layout == .array { text += "[" }
  }

  mutating func row(_ values: [SQLValue], absent: Set<Int>, into text: inout String) {
    if layout == .array {
      text += isFirstRow ? "\n  " : ",\n  "
      isFirstRow = false
    }
    text += "{"
    var separator = ""
    for (index, value) in values.enumerated() where !absent.contains(index) {
      text += separator
      separator = ", "
      text += keys[index]
      JSONText.append(value, to: &text)
    }
    text += layout == .lines ? "}\n" : "}"
  }

  mutating func end(into text: inout String) {
    if layout == .array { text += isFirstRow ? "]\n" : "\n]\n" }
  }

  /// The names, each repeated one with the first number that makes it new.
  private static func distinct(_ names: [String]) -> [String] {
    let original = Set(names.map(ExactName.init))
    var taken: Set<ExactName> = []
    return names.map { name in
      var candidate = name
      var number = 2
      while taken.contains(ExactName(candidate))
        || (number > 2 && original.contains(ExactName(candidate)))
      {
        candidate = "\(name)_\(number)"
        number += 1
      }
      taken.insert(ExactName(candidate))
      return candidate
    }
  }
}
