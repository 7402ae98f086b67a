import RunStore

/// Stages of versions, as programs use them that were written before there were aliases.
enum Stage: String, CaseIterable {
  case none = "None"
  case staging = "Staging"
  case production = "Production"
  case archived = "Archived"

  /// The stage of the row `version` in SQL.
  static let ofVersion = "COALESCE(\(HiddenTag.stage.ofVersion), 'None')"

  /// - Throws: A refusal where the word names no stage; its case does not matter.
  init(named word: String) throws {
    guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == word.lowercased() })
    else {
      throw Refusal.invalid(
        "Invalid Model Version stage: \(word.prefix(300)). Value must be one of None, Staging,"
          + " Production, Archived.")
    }
    self = found
  }
}

extension Call {
  /// `POST model-versions/transition-stage`.
  func transitionStage() throws -> [UInt8] {
    let (name, version) = try storedVersionKey()
    let stage = try Stage(named: message.requiredText("stage"))
    if try message.flag("archive_existing_versions") == true {
      guard stage == .staging || stage == .production else {
        throw Refusal.invalid(
          "Model version transition cannot archive existing model versions because"
            + " '\(stage.rawValue)' is not an active stage. Valid ones are Staging and Production.")
      }
      let others = try db.rows(
        """
        SELECT version.version
        FROM model_versions AS version
        WHERE version.registered_model = :name AND version.version <> :version
          AND \(Stage.ofVersion) = :stage
        ORDER BY version.version
        """,
        ["name": .text(name), "version": SQLValue(version), "stage": .text(stage.rawValue)])
      for other in others { try set(.archived, ofVersion: other.integer("version"), of: name) }
    }
    try set(stage, ofVersion: version, of: name)
    try db.run(
      "UPDATE registered_models SET updated_at = :time WHERE name = :name",
      ["time": .integer(time), "name": .text(name)])
    return try versionAnswer(name, version)
  }

  private func set(_ stage: Stage, ofVersion version: Int, of name: String) throws {
    try store((HiddenTag.stage.rawValue, stage.rawValue), ofVersion: version, of: name)
    try db.run(
      """
      UPDATE model_versions
      SET updated_at = :time
      WHERE registered_model = :name AND version = :version
      """, ["time": .integer(time), "name": .text(name), "version": SQLValue(version)])
  }

  /// `registered-models/get-latest-versions`: of each stage, or of those that are named.
  func getLatestVersions() throws -> [UInt8] {
    let name = try registeredModelKey()
    let stages = try message.texts("stages").map { try Stage(named: $0) }
    return try answer { writer in
      writer.name("model_versions")
      try writer.array { writer in
        for latest in try latestVersions(of: name)
        where stages.isEmpty || stages.contains(latest.stage) {
          try write(version: latest.version, of: name, to: &writer)
        }
      }
    }
  }

  /// The newest version of each stage that has one.
  func latestVersions(of name: String) throws -> [(stage: Stage, version: Int)] {
    try db.rows(
      """
      SELECT \(Stage.ofVersion) AS stage, MAX(version.version) AS version
      FROM model_versions AS version
      WHERE version.registered_model = :name
      GROUP BY stage
      ORDER BY MIN(version.version)
      """, ["name": .text(name)]
    ).map { row in
      (Stage(rawValue: try row.optionalText("stage") ?? "") ?? .none, try row.integer("version"))
    }
  }
}
