import RunStore

/// Names cut to the room there is, such that those that differ still do.
enum FittedText {
  /// `text` without its middle, if it takes more than `limit` columns.
  static func cut(_ text: String, to limit: Int) -> String {
    DisplayWidth.of(text) <= limit ? text : cut(text, to: limit, head: (limit - 1) / 2)
  }

  /// `texts` cut to `limit` columns where they do not differ: as near their middle as can be.
  static func cut(_ texts: [String], to limit: Int) -> [String] {
    guard limit > 2, texts.contains(where: { DisplayWidth.of($0) > limit }) else { return texts }
    let count = kinds(of: texts)
    let middle = (limit - 1) / 2
    for head in (0..<limit).sorted(by: { abs($0 - middle) < abs($1 - middle) }) {
      let fitted = texts.map {
        DisplayWidth.of($0) <= limit ? $0 : cut($0, to: limit, head: head)
      }
      if kinds(of: fitted) == count { return fitted }
    }
    return cutAround(commonStart(of: texts), texts, to: limit)
  }

  /// The first and the last columns of `text`, with an ellipsis between them.
  private static func cut(_ text: String, to limit: Int, head: Int) -> String {
    let start = DisplayWidth.start(of: text, within: head)
    let end = DisplayWidth.start(of: String(text.reversed()), within: limit - 1 - head)
    return start + "…" + String(end.reversed())
  }

  /// What stands from where texts begin to differ; numbered where that is not enough.
  private static func cutAround(_ start: Int, _ texts: [String], to limit: Int) -> [String] {
    let fitted = texts.map { text in
      "…" + cut(String(text.dropFirst(start)), to: limit - 1)
    }
    guard kinds(of: fitted) < kinds(of: texts) else { return fitted }
    var numbers = NamedValueMap<Int>()
    for text in texts where numbers[text] == nil { numbers[text] = numbers.keys.count + 1 }
    return texts.map { text in
      let number = " #\(numbers[text] ?? 0)"
      return cut(text, to: max(1, limit - number.count)) + number
    }
  }

  /// How many different texts there are.
  private static func kinds(of texts: [String]) -> Int { Set(texts.map(ExactName.init)).count }

  /// How many characters all texts begin with.
  private static func commonStart(of texts: [String]) -> Int {
    guard let first = texts.first.map(Array.init) else { return 0 }
    return texts.reduce(first.count) { count, text in
      zip(first.prefix(count), text).prefix { $0 == $1 }.count
    }
  }
}
