import GRDB

/// Which values of a metric are better.
public enum MetricGoal: String, Sendable, CaseIterable {
  /// Smaller ones, as of losses.
  case minimum = "min"
  /// Larger ones, as of accuracies.
  case maximum = "max"
}

extension RunDatabase {
  /// Which values of a metric are better; nil if nobody knows. What people said (`metric_rules`)
  /// decides, then the usual words of the field (the view `usual_metric_rules`).
  public func goal(ofMetric name: String) throws -> MetricGoal? {
    try read { db in try goal(ofMetric: name, in: db) }
  }

  func goal(ofMetric name: String, in db: Database) throws -> MetricGoal? {
    try db.row("SELECT goal FROM metric_names WHERE name = :name", ["name": .text(name)])?
      .optionalText("goal").flatMap(MetricGoal.init)
  }

  /// Says which values of a metric are better.
  /// - Parameters:
  ///   - name: The name of the metric; or, for all metrics with it in their names, a word, or several.
  ///   - isWord: Whether `name` is such a word.
  ///   - goal: What is better; nil takes back what was said.
  /// - Returns: The names of the metrics of this file that have another goal now.
  public func setGoal(
    _ goal: MetricGoal?, ofMetric name: String, isWord: Bool = false
  ) throws -> [String] {
    try write { db in
      let word = isWord ? Self.words(of: name) : name
      let before = try goals(in: db)
      let rule: KeyValuePairs<String, SQLValue> = [
        "word": .text(word), "isName": SQLValue(!isWord), "goal": SQLValue(goal?.rawValue),
      ]
      if goal == nil {
        try db.run(
          "UPDATE metric_rules SET goal = :goal WHERE word = :word AND is_name = :isName", rule)
      } else {
        try db.run(
          """
          INSERT INTO metric_rules (word, is_name, goal)
          VALUES (:word, :isName, :goal)
          ON CONFLICT (word, is_name) DO UPDATE SET goal = excluded.goal
          """, rule)
      }
      let after = try goals(in: db)
      return after.keys.filter { after[$0] != before[$0] }.sorted()
    }
  }

  private func goals(in db: Database) throws -> [String: SQLValue] {
    Dictionary(
      try db.rows("SELECT name, goal FROM metric_names ORDER BY name")
        .map { (try $0.text("name"), $0["goal"]) }, uniquingKeysWith: { first, _ in first })
  }

  /// A word as rules have it, and as the schema parts names: lower case of ASCII, `_` for all of ASCII that
  /// is neither letter nor digit. Empty for a text of nothing else.
  public static func words(of text: String) -> String {
    let isPart = { (scalar: Unicode.Scalar) in
      !scalar.isASCII || Character(scalar).isLetter || Character(scalar).isNumber
    }
    return text.unicodeScalars.split { !isPart($0) }
      .map { word in String(String.UnicodeScalarView(word.map(\.lowercase))) }
      .joined(separator: "_")
  }
}

extension Unicode.Scalar {
  /// The small letter of a capital one of ASCII.
  fileprivate var lowercase: Unicode.Scalar {
    "A"..."Z" ~= self ? Unicode.Scalar(UInt8(ascii: self) + 32) : self
  }
}
