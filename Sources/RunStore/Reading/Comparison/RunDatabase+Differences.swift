import GRDB

extension RunDatabase {
  /// The names of the parameters of runs, by name.
  /// - Parameters:
  ///   - differing: Only those that do not have one value in all of these runs.
  ///   - limit: The most to return; nil for all.
  public func parameterNames(
    ofRuns runs: [Int], differing: Bool, limit: Int? = nil
  ) throws -> [String] {
    if differing { return try differingParameters(amongRuns: runs, byRecipe: false, limit: limit) }
    return try read { db in
      try db.rows(
        """
        SELECT DISTINCT name
        FROM params
        WHERE run_id IN (SELECT value FROM json_each(:runs))
        ORDER BY name COLLATE natural_order
        LIMIT :limit
        """, ["runs": .json(runs), "limit": SQLValue(limit ?? -1)]
      ).map { try $0.text("name") }
    }
  }

  /// The names of the parameters in which runs differ: those with several values, and those that only
  /// some runs of a recipe have.
  /// - Parameter limit: The most to return; nil for all.
  public func differingParameters(
    amongRuns runs: [Int], limit: Int? = nil
  ) throws -> [String] {
    try differingParameters(amongRuns: runs, byRecipe: true, limit: limit)
  }

  /// - Parameter isByRecipe: Whether runs of other recipes need not have a parameter.
  private func differingParameters(
    amongRuns runs: [Int], byRecipe isByRecipe: Bool, limit: Int?
  ) throws -> [String] {
    let names = try read { db in
      let (chosen, ids) = (ChosenRuns(runs), Set(runs))
      var differences = ParameterDifferences()
      var recipes: [Int: Int] = [:]
      try db.forEachRow(
        """
        SELECT id, iif(:recipes, COALESCE(recipe, ''), '') AS recipe
        FROM runs
        WHERE \(chosen.condition(on: "id"))
        """, ["runs": chosen.json, "recipes": SQLValue(isByRecipe)]
      ) { row in
        let id = try row.integer("id")
        guard ids.contains(id) else { return }
        recipes[id] = differences.expectRun(of: try row.text("recipe"))
      }
      // SQLite would sort all parameters of all runs to group them.
      var (run, recipe): (Int?, Int?) = (nil, nil)
      try db.forEachStep(
        """
        SELECT run_id, name, \(NamedValues.parameter)
        FROM params
        WHERE \(chosen.condition(on: "run_id"))
        """, ["runs": chosen.json]
      ) { row in
        let id = row.integer(at: 0)
        if id != run { (run, recipe) = (id, recipes[id]) }
        if let recipe { differences.add(row, ofRunOf: recipe) }
      }
      return differences.names
    }
    return Array(names.prefix(limit ?? .max))
  }
}

/// Finds the parameters that runs do not all have with one value.
private struct ParameterDifferences {
  private struct Parameter {
    let name: String
    /// How many runs of each recipe have it, and how many of them with None.
    var counts: [Int]
    var noneCounts: [Int]
    /// The first value that is not None.
    var first: SQLValue?
    /// Whether another one was found.
    var hasSeveralValues = false
  }

  private var recipes: [String: Int] = [:]
  private var runCounts: [Int] = []
  private var parameters: [Parameter] = []
  private var places: [ExactName: Int] = [:]
  /// Where the next name probably stands: most runs have the same ones, in one order.
  private var next = 0

  /// Counts a run; all runs are counted before any parameter.
  /// - Returns: The number of the recipe.
  mutating func expectRun(of recipe: String) -> Int {
    let number = recipes[recipe] ?? runCounts.count
    if number == runCounts.count {
      recipes[recipe] = number
      runCounts.append(0)
    }
    runCounts[number] += 1
    return number
  }

  /// Takes in a parameter.
  /// - Parameter row: Has its name and its value in the second and third column.
  mutating func add(_ row: StatementHandle, ofRunOf recipe: Int) {
    let place = place(ofNameIn: row)
    guard !parameters[place].hasSeveralValues else { return }
    parameters[place].counts[recipe] += 1
    let value = row.distinction(at: 2).normalized
    if value == .null {
      parameters[place].noneCounts[recipe] += 1
    } else if let first = parameters[place].first {
      parameters[place].hasSeveralValues = value != first
    } else {
      parameters[place].first = value
    }
  }

  private mutating func place(ofNameIn row: StatementHandle) -> Int {
    if next == parameters.count { next = 0 }
    var place = next
    if !parameters.indices.contains(place) || !row.isText(parameters[place].name, at: 1) {
      let name = row.text(at: 1)
      place = places[ExactName(name)] ?? parameters.count
      if place == parameters.count {
        places[ExactName(name)] = place
        let none = runCounts.map { _ in 0 }
        parameters.append(Parameter(name: name, counts: none, noneCounts: none))
      }
    }
    next = place + 1
    return place
  }

  /// The names, in the order in which people look for them.
  var names: [String] {
    parameters.filter { parameter in
      parameter.hasSeveralValues
        || runCounts.indices.contains { recipe in
          let (count, noneCount) = (parameter.counts[recipe], parameter.noneCounts[recipe])
          return count > 0 && (count < runCounts[recipe] || ![0, count].contains(noneCount))
        }
    }.map(\.name).distinctNames
  }
}
