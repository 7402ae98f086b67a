/// The names by which a condition can speak of runs.
///
/// A name is what its bytes are: `lr` and `LR` are two where both are stored, as are two spellings of é.
struct RunVocabulary {
  /// One value of a run, and how it is called.
  struct Word {
    /// Where a value stands.
    enum Kind: String {
      case param, best, final, tag
    }

    let kind: Kind
    /// The name under which the value is stored.
    let storedName: String
    /// Which value of a metric is the best.
    var goal: MetricGoal?

    /// The name that says which value it is: `param:lr`.
    var fullName: String { kind.rawValue + ":" + storedName }

    /// The value as SQL, for the run `run`.
    /// - Parameter parameter: What the stored name is bound to.
    func sql(_ parameter: String) -> String {
      let (table, value) =
        switch kind {
        case .param: ("params", "value")
        case .best: ("metric_series", goal == .maximum ? "max_value" : "min_value")
        case .final: ("metric_series", "last_value")
        case .tag: ("tags", "iif(value = '', 1, value)")
        }
      return "(SELECT \(value) FROM \(table) WHERE run_id = run.id AND name = :\(parameter))"
    }

    /// What stored NULL stands for, where it is a value: None in a parameter, and NaN in a metric.
    var valueOfNull: SQLValue? {
      switch kind {
      case .param: .null
      case .best, .final: .real(.nan)
      case .tag: nil
      }
    }

    /// Whether the run `run` has the value, as SQL.
    func isThere(_ parameter: String) -> String {
      let table =
        switch kind {
        case .param: "params"
        case .best, .final: "metric_series"
        case .tag: "tags"
        }
      return "EXISTS (SELECT 1 FROM \(table) WHERE run_id = run.id AND name = :\(parameter))"
    }
  }

  /// The values whose plain name is the stored one: parameters, metrics and tags.
  private var plain: [Word] = []
  private var byName: [ExactName: [Word]] = [:]
  private var byFoldedName: [ExactName: [Word]] = [:]

  /// - Parameters:
  ///   - parameters: The names of all parameters.
  ///   - metrics: The names of all metrics, and which values are better.
  ///   - tags: The names of all tags.
  init(parameters: [String], metrics: [(name: String, goal: MetricGoal?)], tags: [String]) {
    for name in parameters { add(Word(kind: .param, storedName: name), isPlain: true) }
    for (name, goal) in metrics {
      // Where nobody knows what is better, there is no best value, and the name means the last one.
      if goal != nil { add(Word(kind: .best, storedName: name, goal: goal), isPlain: true) }
      add(Word(kind: .final, storedName: name), isPlain: goal == nil)
    }
    for name in tags { add(Word(kind: .tag, storedName: name), isPlain: true) }
  }

  private mutating func add(_ word: Word, isPlain: Bool) {
    if isPlain { plain.append(word) }
    for name in [word.fullName] + (isPlain ? [word.storedName] : []) {
      byName[ExactName(name), default: []].append(word)
      byFoldedName[ExactName(name.asciiFolded), default: []].append(word)
    }
  }

  /// What `name` means; nil for a column of runs and for nothing. Other upper or lower case, as SQL has it,
  /// will do where it can mean one value only.
  /// - Throws: `RunSearchError.ambiguousName`.
  func word(called name: String) throws -> Word? {
    if RunSearch.runColumns.contains(name) { return nil }
    if RunSearch.runColumns.contains(name.asciiFolded), byName[ExactName(name)] == nil {
      return nil
    }
    let words = byName[ExactName(name)] ?? byFoldedName[ExactName(name.asciiFolded)] ?? []
    guard words.count < 2 else {
      throw RunSearchError.ambiguousName(name, candidates: words.map(\.fullName))
    }
    return words.first
  }

  /// The column of runs that `name` means where it is no word, as SQL; nil for none.
  func column(called name: String) -> String? {
    let folded = name.asciiFolded
    return RunSearch.runColumns.contains(folded) ? folded : RunSearch.otherNames[folded]
  }

  /// The longest name that stands in a condition as if it were a word, such as `val/loss` or `top-1`; nil for
  /// none.
  func unquotedName(in condition: String) -> String? {
    var bytes = Array(condition.utf8)
    var scanner = SQLScanner(bytes)
    while scanner.advance() {
      if let first = bytes[scanner.word].first, "'\"`[".utf8.contains(first) {
        bytes.replaceSubrange(scanner.word, with: scanner.word.map { _ in 0 })
      }
    }
    return byName.keys.map(\.text)
      .filter { name in
        !name.utf8.allSatisfy(SQLScanner.isLetter)
          || name.utf8.first.map { SQLScanner.isDigit($0) } == true
      }
      .filter { name in
        bytes.ranges(of: Array(name.utf8)).contains { place in
          let ends = [place.lowerBound - 1, place.upperBound].filter(bytes.indices.contains)
          return !ends.contains { SQLScanner.isLetter(bytes[$0]) }
        }
      }
      .max { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
  }

  /// The names without prefixes, the columns of runs first.
  var plainNames: [String] {
    var names = RunSearch.runColumns
    var seen = Set(names.map(ExactName.init))
    for word in plain where seen.insert(ExactName(word.storedName)).inserted {
      names.append(word.storedName)
    }
    return names
  }
}

extension String {
  /// With small letters for the capital ones of ASCII, as SQL compares names of columns.
  fileprivate var asciiFolded: String {
    String(decoding: utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
  }
}
