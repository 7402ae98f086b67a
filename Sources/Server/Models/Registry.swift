import RunStore

/// The registry: names under which models are published, version after version. As much of it as scripts need
/// that train a model, publish it, and load it by its name.
extension Call {
  private static let longestRemark = 5_000
  private static let longestTag = 100_000

  /// A tag as a client gives it.
  typealias RegistryTag = (name: String, value: String)

  /// `POST registered-models/create`.
  func createRegisteredModel() throws -> [UInt8] {
    let name = try registeredName()
    try Rules.check(name, "name", most: 256)
    let description = try remark()
    let tags = try message.messages("tags").map { try Self.registryTag($0) }
    guard try !isRegistered(name) else { throw Self.alreadyRegistered(name) }
    try db.run(
      """
      INSERT INTO registered_models (name, description, created_at, updated_at)
      VALUES (:name, :description, :time, :time)
      """,
      ["name": .text(name), "description": SQLValue(description), "time": .integer(time)])
    for tag in tags { try store(tag, ofRegisteredModel: name) }
    return try registeredModelAnswer(name)
  }

  /// `GET registered-models/get`.
  func getRegisteredModel() throws -> [UInt8] {
    try registeredModelAnswer(registeredName())
  }

  /// `POST model-versions/create`.
  func createModelVersion() throws -> [UInt8] {
    let name = try registeredName()
    let origin = try versionOrigin()
    let description = try remark()
    let link = try message.text("run_link").flatMap { $0.isEmpty ? nil : $0 }
    let tags = try message.messages("tags").map { try Self.registryTag($0) }
    guard try isRegistered(name) else { throw Self.notRegistered(name) }
    let run = try origin.run.flatMap { try findRun($0)?.id }
    try db.run(
      """
      INSERT INTO model_versions (
        registered_model, version, source, model_id, run_id, run_link, description, created_at,
        updated_at)
      VALUES (
        :name,
        1 + MAX(
          COALESCE((SELECT MAX(version) FROM model_versions WHERE registered_model = :name), 0),
          COALESCE((SELECT value FROM metadata WHERE name = 'last version of ' || :name), 0)),
        :source, :model, COALESCE(:run, (SELECT source_run_id FROM models WHERE id = :model)), :link,
        :description, :time, :time)
      """,
      [
        "name": .text(name), "source": .text(origin.source), "model": SQLValue(origin.model),
        "run": SQLValue(run), "link": SQLValue(link), "description": SQLValue(description),
        "time": .integer(time),
      ])
    let version = try db.returnedInteger(
      "SELECT MAX(version) FROM model_versions WHERE registered_model = :name",
      ["name": .text(name)])
    for tag in tags { try store(tag, ofVersion: version, of: name) }
    if let elsewhere = origin.run, run == nil {
      try store((HiddenTag.run.rawValue, elsewhere), ofVersion: version, of: name)
    }
    if let copied = origin.copied {
      try store((HiddenTag.copied.rawValue, copied), ofVersion: version, of: name)
    }
    try db.run(
      "UPDATE registered_models SET updated_at = :time WHERE name = :name",
      ["time": .integer(time), "name": .text(name)])
    if let model = origin.model { try noteVersions(of: model) }
    return try versionAnswer(name, version)
  }

  /// Tells in a tag of a model under which names it is published, spaced as MLflow's clients compare it.
  func noteVersions(of model: String) throws {
    var versions: [String] = []
    try db.forEachStep(
      """
      SELECT registered_model, version
      FROM model_versions
      WHERE model_id = :model
      ORDER BY created_at, registered_model, version
      """, ["model": .text(model)]
    ) { row in
      let name = JSONWriter.text(row.value(at: 0).text ?? "")
      versions.append(#"{"name": \#(name), "version": \#(row.value(at: 1).integer ?? 0)}"#)
    }
    try db.run(
      """
      INSERT OR REPLACE INTO model_tags (model_id, name, value)
      VALUES (:model, 'mlflow.modelVersions', :value)
      """, ["model": .text(model), "value": .text("[\(versions.joined(separator: ", "))]")])
  }

  /// `GET model-versions/get`.
  func getModelVersion() throws -> [UInt8] {
    let (name, version) = try versionKey()
    return try versionAnswer(name, version)
  }

  /// `GET model-versions/search`.
  func searchModelVersions() throws -> [UInt8] {
    try page(
      called: "model_versions", usual: 10_000, most: 200_000, room: 512
    ) { limit, offset in
      try VersionSearch(filter: message.text("filter") ?? "", order: message.texts("order_by"))
        .keys(in: db, limit: limit, offset: offset)
    } write: { key, writer in
      try write(version: key.version, of: key.name, to: &writer)
    }
  }

  /// `POST registered-models/alias`.
  func setAlias() throws -> [UInt8] {
    let alias = try aliasName()
    let (name, version) = try versionKey()
    guard alias.lowercased() != "latest" else {
      throw Refusal.invalid("'latest' alias name (case insensitive) is reserved.")
    }
    guard alias.range(of: "^[vV][0-9]+$", options: .regularExpression) == nil else {
      throw Refusal.invalid("Version alias name '\(alias)' is reserved.")
    }
    guard
      try db.row(Self.versionStatement, ["name": .text(name), "version": SQLValue(version)]) != nil
    else { throw Self.noVersion(name, String(version)) }
    try db.run(
      """
      INSERT INTO model_aliases (registered_model, name, version)
      VALUES (:model, :name, :version)
      ON CONFLICT (registered_model, name) DO UPDATE
      SET version = excluded.version
      WHERE version <> excluded.version
      """, ["model": .text(name), "name": .text(alias), "version": SQLValue(version)])
    return Self.nothing
  }

  private func aliasName() throws -> String {
    let alias = try message.requiredText("alias")
    let isPlain = alias.unicodeScalars.allSatisfy {
      Rules.mayBeInName($0) && !"/. :".unicodeScalars.contains($0)
    }
    guard isPlain else {
      throw Refusal.invalid(
        "Invalid alias name: '\(alias.prefix(300))'. Names may only contain alphanumerics, underscores"
          + " (_), and dashes (-).")
    }
    try Rules.check(alias, "Registered model alias name", most: 255)
    return alias
  }

  /// `GET registered-models/alias`; `latest` is the newest version.
  func getByAlias() throws -> [UInt8] {
    let name = try registeredName()
    return try versionAnswer(name, version(of: name, called: aliasName()))
  }

  /// The number of the version with an alias.
  func version(of name: String, called alias: String) throws -> Int {
    if alias.lowercased() == "latest", try isRegistered(name) {
      if let version = try newestVersion(of: name) { return version }
      throw Refusal(.resourceDoesNotExist, "Latest version not found for model \(name).")
    }
    let row = try db.row(
      "SELECT version FROM model_aliases WHERE registered_model = :model AND name = :name",
      ["model": .text(name), "name": .text(alias)])
    guard let row else {
      guard try isRegistered(name) else { throw Self.notRegistered(name) }
      throw Refusal.invalid("Registered model alias \(alias) not found.")
    }
    return try row.integer("version")
  }

  /// `DELETE registered-models/alias`.
  func deleteAlias() throws -> [UInt8] {
    let name = try registeredName()
    let alias = try aliasName()
    guard try isRegistered(name) else { throw Self.notRegistered(name) }
    try db.run(
      "DELETE FROM model_aliases WHERE registered_model = :model AND name = :name",
      ["model": .text(name), "name": .text(alias)])
    return Self.nothing
  }

  func registeredName(at field: StaticString = "name") throws -> String {
    let name = try message.requiredText(field)
    guard !name.unicodeScalars.contains(where: { $0 == "/" || $0 == ":" }) else {
      throw Refusal.invalid("Invalid model name '\(name)'. Names cannot contain '/' or ':'.")
    }
    guard name.contains(where: { !$0.isWhitespace }) else { throw Refusal.missing("\(field)") }
    guard Rules.isPlainPath(name) else { throw Rules.leadingElsewhere(name, at: "\(field)") }
    return name
  }

  func remark() throws -> String? {
    guard let text = try message.text("description"), !text.isEmpty else { return nil }
    try Rules.check(text, "description", most: Self.longestRemark)
    return text
  }

  static func registryTag(_ tag: Message) throws -> RegistryTag {
    let name = try tag.requiredText("key")
    try Rules.check(name: name, at: "key")
    let value = try tag.text("value") ?? ""
    try Rules.check(value, "value", most: longestTag)
    return (name, value)
  }

  func store(_ tag: RegistryTag, ofRegisteredModel model: String) throws {
    try db.run(
      """
      INSERT OR REPLACE INTO registered_model_tags (registered_model, name, value)
      VALUES (:model, :name, :value)
      """, ["model": .text(model), "name": .text(tag.name), "value": .text(tag.value)])
  }

  func store(_ tag: RegistryTag, ofVersion version: Int, of model: String) throws {
    try db.run(
      """
      INSERT OR REPLACE INTO model_version_tags (registered_model, version, name, value)
      VALUES (:model, :version, :name, :value)
      """,
      [
        "model": .text(model), "version": SQLValue(version), "name": .text(tag.name),
        "value": .text(tag.value),
      ])
  }

  func versionKey() throws -> (name: String, version: Int) {
    let name = try registeredName()
    let text = try message.requiredText("version")
    guard let version = Int(text) else {
      throw Refusal.invalid("Parameter 'version' must be an integer, got '\(text)'.")
    }
    return (name, version)
  }

  func isRegistered(_ name: String) throws -> Bool {
    try db.row("SELECT 1 FROM registered_models WHERE name = :name", ["name": .text(name)]) != nil
  }

  static func alreadyRegistered(_ name: String) -> Refusal {
    Refusal(.resourceAlreadyExists, "Registered Model (name=\(name)) already exists.")
  }

  static func notRegistered(_ name: String) -> Refusal {
    Refusal(.resourceDoesNotExist, "Registered Model with name=\(name) not found")
  }

  static func noVersion(_ name: String, _ version: String) -> Refusal {
    Refusal(
      .resourceDoesNotExist, "Model Version (name=\(name), version=\(version)) not found")
  }
}
