/// The names by which a condition can speak of runs.
struct RunVocabulary {
  /// One name, and where its value stands.
  struct Word {
    /// The name, as a condition writes it.
    let name: String
    /// The expression that is its value for the run `run`, with `:name` for the place of the stored name.
    let expression: Expression
    /// The name under which the value is stored.
    let storedName: String
  }

  /// Where a value stands.
  enum Expression {
    case parameter, largest, smallest, final, tag

    /// The value as SQL.
    /// - Parameter parameter: What the stored name is bound to.
    func sql(_ parameter: String) -> String {
      switch self {
      case .parameter:
        "(SELECT value FROM params WHERE run_id = run.id AND name = :\(parameter))"
      case .largest:
        "(SELECT max_value FROM metric_series WHERE run_id = run.id AND name = :\(parameter))"
      case .smallest:
        "(SELECT min_value FROM metric_series WHERE run_id = run.id AND name = :\(parameter))"
      case .final:
        "(SELECT last_value FROM metric_series WHERE run_id = run.id AND name = :\(parameter))"
      case .tag:
        "(SELECT iif(value = '', 1, value) FROM tags WHERE run_id = run.id AND name = :\(parameter))"
      }
    }
  }

  /// The words, none twice; upper and lower case are the same to SQL.
  private(set) var words: [Word] = []
  private var taken: Set<String>

  /// - Parameters:
  ///   - parameters: The names of all parameters.
  ///   - metrics: The names of all metrics, and which values are better.
  ///   - tags: The names of all tags.
  init(parameters: [String], metrics: [(name: String, goal: MetricGoal?)], tags: [String]) {
    taken = Set(RunSearch.runColumns)
    let best: [MetricGoal: Expression] = [.minimum: .smallest, .maximum: .largest]
    for name in parameters { add("param:" + name, .parameter, name) }
    for (name, goal) in metrics {
      // Where nobody knows what is better, there is no best value, and the name means the last one.
      if let goal, let expression = best[goal] { add("best:" + name, expression, name) }
      add("final:" + name, .final, name)
    }
    for name in tags { add("tag:" + name, .tag, name) }
    for name in parameters { add(name, .parameter, name) }
    for (name, goal) in metrics { add(name, goal.flatMap { best[$0] } ?? .final, name) }
    for name in tags { add(name, .tag, name) }
  }

  private mutating func add(_ name: String, _ expression: Expression, _ storedName: String) {
    guard taken.insert(name.lowercased()).inserted else { return }
    words.append(Word(name: name, expression: expression, storedName: storedName))
  }

  /// The names without prefixes, the columns of runs first.
  var plainNames: [String] {
    RunSearch.runColumns + words.filter { $0.name == $0.storedName }.map(\.name)
  }
}
