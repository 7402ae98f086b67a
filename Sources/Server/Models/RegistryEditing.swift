import RunStore

/// What is said of registered models and versions later, and how they go.
extension Call {
  /// `PATCH registered-models/update`.
  func updateRegisteredModel() throws -> [UInt8] {
    let name = try registeredModelKey()
    try db.run(
      "UPDATE registered_models SET description = :description, updated_at = :time WHERE name = :name",
      ["description": SQLValue(try remark()), "time": .integer(time), "name": .text(name)])
    return try registeredModelAnswer(name)
  }

  /// `POST registered-models/rename`: versions, tags and aliases follow, and so do the numbers not given again.
  func renameRegisteredModel() throws -> [UInt8] {
    let name = try registeredModelKey()
    let newName = try registeredName(at: "new_name")
    try Rules.check(newName, "new_name", most: 256)
    guard try ExactName(newName) == ExactName(name) || !isRegistered(newName) else {
      throw Self.alreadyRegistered(newName)
    }
    let names: KeyValuePairs = ["name": SQLValue.text(name), "new": .text(newName)]
    try db.run(
      "UPDATE registered_models SET name = :new, updated_at = :time WHERE name = :name",
      ["name": .text(name), "new": .text(newName), "time": .integer(time)])
    try db.run(
      """
      UPDATE metadata
      SET name = 'last version of ' || :new
      WHERE name = 'last version of ' || :name
      """, names)
    for model in try loggedModels(of: newName) { try noteVersions(of: model) }
    return try registeredModelAnswer(newName)
  }

  /// `DELETE registered-models/delete`, with all versions.
  func deleteRegisteredModel() throws -> [UInt8] {
    let name = try registeredModelKey()
    let models = try loggedModels(of: name)
    try db.run("DELETE FROM registered_models WHERE name = :name", ["name": .text(name)])
    try db.run(
      "DELETE FROM metadata WHERE name = 'last version of ' || :name", ["name": .text(name)])
    for model in models { try noteVersions(of: model) }
    return Self.nothing
  }

  /// The logged models that a registered model has versions of.
  private func loggedModels(of name: String) throws -> [String] {
    try db.rows(
      """
      SELECT DISTINCT model_id
      FROM model_versions
      WHERE registered_model = :name AND model_id IS NOT NULL
      ORDER BY model_id
      """, ["name": .text(name)]
    ).compactMap { try $0.optionalText("model_id") }
  }

  /// `POST registered-models/set-tag`.
  func setRegisteredModelTag() throws -> [UInt8] {
    let name = try registeredModelKey()
    try store(Self.registryTag(message), ofRegisteredModel: name)
    return Self.nothing
  }

  /// `DELETE registered-models/delete-tag`.
  func deleteRegisteredModelTag() throws -> [UInt8] {
    let name = try registeredModelKey()
    try db.run(
      "DELETE FROM registered_model_tags WHERE registered_model = :model AND name = :name",
      ["model": .text(name), "name": .text(try tagKey())])
    return Self.nothing
  }

  /// `GET registered-models/search`.
  func searchRegisteredModels() throws -> [UInt8] {
    try page(
      called: "registered_models", usual: 100, most: 1_000, room: 512
    ) { limit, offset in
      try RegisteredModelSearch(
        filter: message.text("filter") ?? "", order: message.texts("order_by")
      ).names(in: db, limit: limit, offset: offset)
    } write: { name, writer in
      try write(registeredModel: name, to: &writer)
    }
  }

  /// `PATCH model-versions/update`.
  func updateModelVersion() throws -> [UInt8] {
    let (name, version) = try storedVersionKey()
    try db.run(
      """
      UPDATE model_versions
      SET description = :description, updated_at = :time
      WHERE registered_model = :name AND version = :version
      """,
      [
        "description": SQLValue(try remark()), "time": .integer(time), "name": .text(name),
        "version": SQLValue(version),
      ])
    return try versionAnswer(name, version)
  }

  /// `DELETE model-versions/delete`, with the aliases that point at it. Its number is not given again.
  func deleteModelVersion() throws -> [UInt8] {
    let (name, version) = try storedVersionKey()
    let model = try db.row(
      "SELECT model_id FROM model_versions WHERE registered_model = :name AND version = :version",
      ["name": .text(name), "version": SQLValue(version)])
    try db.run(
      "DELETE FROM model_versions WHERE registered_model = :name AND version = :version",
      ["name": .text(name), "version": SQLValue(version)])
    try db.run(
      """
      INSERT INTO metadata (name, value)
      VALUES ('last version of ' || :name, :version)
      ON CONFLICT (name) DO UPDATE
      SET value = MAX(value, excluded.value)
      """, ["name": .text(name), "version": SQLValue(version)])
    if let id = try model?.optionalText("model_id") { try noteVersions(of: id) }
    return Self.nothing
  }

  /// `POST model-versions/set-tag`.
  func setModelVersionTag() throws -> [UInt8] {
    let (name, version) = try storedVersionKey()
    try store(Self.registryTag(message), ofVersion: version, of: name)
    return Self.nothing
  }

  /// `DELETE model-versions/delete-tag`.
  func deleteModelVersionTag() throws -> [UInt8] {
    let (name, version) = try storedVersionKey()
    try db.run(
      """
      DELETE FROM model_version_tags
      WHERE registered_model = :model AND version = :version AND name = :name
      """,
      [
        "model": .text(name), "version": SQLValue(version),
        "name": .text(try tagKey()),
      ])
    return Self.nothing
  }

  private func tagKey() throws -> String {
    let key = try message.requiredText("key")
    try Rules.check(name: key, at: "key")
    return key
  }

  func registeredModelKey() throws -> String {
    let name = try registeredName()
    guard try isRegistered(name) else { throw Self.notRegistered(name) }
    return name
  }

  func storedVersionKey() throws -> (name: String, version: Int) {
    let (name, version) = try versionKey()
    guard
      try db.row(Self.versionStatement, ["name": .text(name), "version": SQLValue(version)]) != nil
    else { throw Self.noVersion(name, String(version)) }
    return (name, version)
  }
}
