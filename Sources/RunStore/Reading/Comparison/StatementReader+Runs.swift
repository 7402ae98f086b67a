extension StatementReader {
  /// The ids of the runs that `search` finds, the first first. Deleted runs are not found.
  /// - Throws: `RunSearchError`, `RunStoreError`.
  public func runs(_ search: RunSearch) throws -> [Int] {
    var vocabulary = RunVocabulary(parameters: [], metrics: [], tags: [])
    if search.needsVocabulary {
      vocabulary = try RunVocabulary(
        parameters: names("SELECT DISTINCT name FROM params ORDER BY name"),
        metrics: names("SELECT DISTINCT name FROM metric_series ORDER BY name"),
        tags: names("SELECT DISTINCT name FROM tags ORDER BY name"))
    }
    if case .value(let name) = search.order { try vocabulary.require(name) }
    let statement = try RunSearchStatement(search, vocabulary: vocabulary)
    var ids: [Int] = []
    do {
      try select(
        statement.sql, parameters: statement.parameters, onColumns: { _ in },
        onRow: { row in
          if let id = row.first?.integer { ids.append(Int(id)) }
        })
    } catch RunStoreError.invalidSQL(let message) {
      throw vocabulary.explanation(of: message)
    } catch RunStoreError.unknownParameter(let name, _), RunStoreError.missingParameter(let name) {
      throw RunSearchError.malformedCondition(detail: "the parameter '\(name)' has no value")
    }
    return ids
  }

  private func names(_ sql: String) throws -> [String] {
    var names: [String] = []
    try select(sql, onColumns: { _ in }, onRow: { names += $0.compactMap(\.text) })
    return names
  }
}

extension RunSearch {
  /// Whether names other than the ranking metric's have to be looked up.
  fileprivate var needsVocabulary: Bool {
    if case .value = order { return true }
    return condition != nil
  }
}

extension RunVocabulary {
  fileprivate func require(_ name: String) throws {
    let known = RunSearch.runColumns + words.map(\.name)
    guard known.contains(where: { $0.lowercased() == name.lowercased() }) else {
      throw RunSearchError.unknownName(name, known: plainNames)
    }
  }

  /// What is wrong with a condition, from SQLite's words.
  fileprivate func explanation(of message: String) -> RunSearchError {
    let prefix = "no such column: "
    guard message.hasPrefix(prefix) else { return .malformedCondition(detail: message) }
    return .unknownName(String(message.dropFirst(prefix.count)), known: plainNames)
  }
}
