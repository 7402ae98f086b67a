import RunStore

/// Registered models and their versions as clients read them.
extension Call {
  /// A registered model, alone.
  func registeredModelAnswer(_ name: String) throws -> [UInt8] {
    try answer { writer in
      writer.name("registered_model")
      try write(registeredModel: name, to: &writer)
    }
  }

  /// Writes a registered model with its tags, aliases and newest versions.
  func write(registeredModel name: String, to writer: inout JSONWriter) throws {
    let row = try db.row(
      "SELECT description, created_at, updated_at FROM registered_models WHERE name = :name",
      ["name": .text(name)])
    guard let row else { throw Self.notRegistered(name) }
    try writer.object { writer in
      writer.member("name", name)
      writer.member("creation_timestamp", row["created_at"].integer)
      writer.member("last_updated_timestamp", row["updated_at"].integer)
      writer.member("description", try row.optionalText("description"))
      try writePairs(
        "tags", "key", "value",
        """
        SELECT name, value
        FROM registered_model_tags
        WHERE registered_model = :model
        ORDER BY name
        """, name, to: &writer)
      try writePairs(
        "aliases", "alias", "version",
        """
        SELECT name, CAST(version AS TEXT)
        FROM model_aliases
        WHERE registered_model = :model
        ORDER BY name
        """, name, to: &writer)
      let latest = try latestVersions(of: name)
      if !latest.isEmpty {
        writer.name("latest_versions")
        try writer.array { writer in
          for (_, version) in latest { try write(version: version, of: name, to: &writer) }
        }
      }
    }
  }

  /// The number of the newest version; nil if there is none.
  func newestVersion(of name: String) throws -> Int? {
    try db.row(
      "SELECT MAX(version) AS version FROM model_versions WHERE registered_model = :name",
      ["name": .text(name)])?.optionalInteger("version")
  }

  private func writePairs(
    _ member: StaticString, _ first: StaticString, _ second: StaticString, _ statement: String,
    _ model: String, to writer: inout JSONWriter
  ) throws {
    writer.name(member)
    try writer.array { writer in
      try db.forEachStep(statement, ["model": .text(model)]) { row in
        writer.object { writer in
          writer.member(first, column: 0, of: row)
          writer.member(second, column: 1, of: row)
        }
      }
    }
  }

  /// A version, alone.
  func versionAnswer(_ name: String, _ version: Int) throws -> [UInt8] {
    try answer { writer in
      writer.name("model_version")
      try write(version: version, of: name, to: &writer)
    }
  }

  /// What a version is; of `:name`, `:version`.
  static let versionStatement = """
    SELECT version.source, version.model_id, version.run_link, version.description,
      version.created_at, version.updated_at, \(versionRun) AS run, \(Stage.ofVersion) AS stage,
      \(HiddenTag.copied.ofVersion) AS copied
    FROM model_versions AS version
    LEFT JOIN runs AS run ON run.id = version.run_id
    WHERE version.registered_model = :name AND version.version = :version
    """

  /// Writes a version with its tags and aliases.
  func write(version: Int, of name: String, to writer: inout JSONWriter) throws {
    let found = try db.row(
      Self.versionStatement, ["name": .text(name), "version": SQLValue(version)])
    guard let row = found else { throw Self.noVersion(name, String(version)) }
    try writer.object { writer in
      writer.member("name", name)
      writer.member("version", String(version))
      writer.member("creation_timestamp", row["created_at"].integer)
      writer.member("last_updated_timestamp", row["updated_at"].integer)
      writer.member("current_stage", try row.optionalText("stage"))
      writer.member("description", try row.optionalText("description") ?? "")
      writer.member("source", try row.optionalText("source"))
      writer.member("run_id", try row.optionalText("run"))
      writer.member("run_link", try row.optionalText("run_link"))
      writer.member("model_id", try row.optionalText("model_id"))
      writer.member("status", "READY")
      let key: KeyValuePairs = ["name": SQLValue.text(name), "version": SQLValue(version)]
      writer.name("tags")
      try writer.array { writer in
        try db.forEachStep(
          """
          SELECT name, value
          FROM model_version_tags
          WHERE registered_model = :name AND version = :version AND \(HiddenTag.isShown)
          ORDER BY name
          """, key
        ) { row in
          writer.pair(of: row)
        }
      }
      writer.name("aliases")
      try writer.array { writer in
        try db.forEachStep(
          """
          SELECT name
          FROM model_aliases
          WHERE registered_model = :name AND version = :version
          ORDER BY name
          """, key
        ) { writer.text(column: 0, of: $0) }
      }
    }
  }
}
