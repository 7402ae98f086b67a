import Foundation
import RunStore

/// Experiments: named collections of runs. The first is `0` and `Default` to MLflow's clients.
extension Call {
  private static let longestExperimentName = 500

  /// The columns of an experiment, as `write` needs them.
  static let experimentColumns = """
    experiment.id,
      CASE WHEN experiment.id = 1 AND experiment.name = 'default' THEN 'Default' ELSE experiment.name END
        AS name,
      experiment.artifact_location, experiment.deleted_at, experiment.created_at,
      COALESCE(experiment.updated_at, experiment.created_at) AS updated_at
    """

  /// `POST experiments/create`.
  func createExperiment() throws -> [UInt8] {
    let name = try experimentName("name")
    let location = try message.text("artifact_location").flatMap { try artifactLocation($0) }
    let tags = try message.messages("tags").map { tag in try experimentTag(tag) }
    guard try experiment(named: name) == nil else {
      throw Refusal(.resourceAlreadyExists, "Experiment(name=\(name)) already exists.")
    }
    let id = try db.returnedInteger(
      """
      INSERT INTO experiments (name, created_at, updated_at, artifact_location)
      VALUES (:name, :time, :time, :location)
      RETURNING id
      """, ["name": .text(name), "time": .integer(time), "location": SQLValue(location)])
    for tag in tags { try set(tag, ofExperiment: id) }
    return answer { $0.member("experiment_id", Rules.id(ofExperiment: Int64(id))) }
  }

  /// `GET experiments/get`.
  func getExperiment() throws -> [UInt8] {
    try experimentAnswer(Rules.experiment(message.requiredText("experiment_id")))
  }

  /// `GET experiments/get-by-name`.
  func getExperimentByName() throws -> [UInt8] {
    let name = try message.requiredText("experiment_name")
    guard let id = try experiment(named: name) else {
      throw Refusal(
        .resourceDoesNotExist, "Could not find experiment with name '\(name)'")
    }
    return try experimentAnswer(id)
  }

  /// `POST experiments/update`.
  func updateExperiment() throws -> [UInt8] {
    let id = try Rules.experiment(message.requiredText("experiment_id"))
    let name = try message.requiredText("new_name")
    try Rules.check(name, "name", most: Self.longestExperimentName)
    guard try isDeleted(experiment: id) == false else {
      throw Refusal(.invalidState, "Cannot rename a non-active experiment.")
    }
    if let other = try experiment(named: name), other != id {
      throw Refusal(.resourceAlreadyExists, "Experiment(name=\(name)) already exists.")
    }
    try db.run(
      """
      UPDATE experiments
      SET name = :name, updated_at = :time
      WHERE id = :id AND name <> :name
      """, ["name": .text(name), "time": .integer(time), "id": SQLValue(id)])
    return Self.nothing
  }

  /// `POST experiments/delete`: takes its runs along.
  func deleteExperiment() throws -> [UInt8] {
    let id = try Rules.experiment(message.requiredText("experiment_id"))
    guard try isDeleted(experiment: id) == false else { throw Self.noExperiment(id) }
    try db.run(
      "UPDATE experiments SET deleted_at = :time, updated_at = :time WHERE id = :id",
      ["time": .integer(time), "id": SQLValue(id)])
    try db.run(
      "UPDATE runs SET deleted_at = :time WHERE experiment_id = :id AND deleted_at IS NULL",
      ["time": .integer(time), "id": SQLValue(id)])
    return Self.nothing
  }

  /// `POST experiments/restore`: brings its runs back.
  func restoreExperiment() throws -> [UInt8] {
    let id = try Rules.experiment(message.requiredText("experiment_id"))
    guard try isDeleted(experiment: id) else { throw Self.noExperiment(id) }
    try db.run(
      "UPDATE experiments SET deleted_at = NULL, updated_at = :time WHERE id = :id",
      ["time": .integer(time), "id": SQLValue(id)])
    try db.run(
      "UPDATE runs SET deleted_at = NULL WHERE experiment_id = :id AND deleted_at IS NOT NULL",
      ["id": SQLValue(id)])
    return Self.nothing
  }

  /// `POST experiments/set-experiment-tag`.
  func setExperimentTag() throws -> [UInt8] {
    let id = try Rules.experiment(message.requiredText("experiment_id"))
    let tag = try experimentTag(message)
    try requireActive(experiment: id)
    try set(tag, ofExperiment: id)
    return Self.nothing
  }

  /// `POST experiments/delete-experiment-tag`.
  func deleteExperimentTag() throws -> [UInt8] {
    let id = try Rules.experiment(message.requiredText("experiment_id"))
    let key = try message.requiredText("key")
    try requireActive(experiment: id)
    try db.run(
      "DELETE FROM experiment_tags WHERE experiment_id = :id AND name = :name",
      ["id": SQLValue(id), "name": .text(key)])
    guard db.changesCount > 0 else {
      throw Refusal(
        .resourceDoesNotExist,
        "No tag with name: \(key) in experiment with id \(Rules.id(ofExperiment: Int64(id)))")
    }
    return Self.nothing
  }

  /// `POST experiments/search`.
  func searchExperiments() throws -> [UInt8] {
    try page(called: "experiments", usual: 0, room: 256) { limit, offset in
      try ExperimentSearch(
        filter: message.text("filter") ?? "", order: message.texts("order_by"),
        view: message.choice("view_type") ?? .activeOnly
      ).ids(in: db, limit: limit, offset: offset)
    } write: { id, writer in
      try writer.object { try write(experiment: id, to: &$0) }
    }
  }

  private func experimentAnswer(_ id: Int) throws -> [UInt8] {
    try answer { writer in
      writer.name("experiment")
      try writer.object { try write(experiment: id, to: &$0) }
    }
  }

  private func write(experiment id: Int, to writer: inout JSONWriter) throws {
    let found = try db.row(
      "SELECT \(Self.experimentColumns) FROM experiments AS experiment WHERE experiment.id = :id",
      ["id": SQLValue(id)])
    guard let row = found else { throw Self.noExperiment(id) }
    writer.member("experiment_id", Rules.id(ofExperiment: Int64(id)))
    writer.member("name", try row.text("name"))
    writer.member(
      "artifact_location",
      ArtifactPlace.location(ofExperiment: id, own: try row.optionalText("artifact_location")))
    writer.member("lifecycle_stage", row["deleted_at"] == .null ? "active" : "deleted")
    writer.member("creation_time", row["created_at"].integer)
    writer.member("last_update_time", row["updated_at"].integer)
    let tags = try db.rows(
      "SELECT name, value FROM experiment_tags WHERE experiment_id = :id ORDER BY name",
      ["id": SQLValue(id)])
    guard !tags.isEmpty else { return }
    writer.name("tags")
    try writer.array { writer in
      for tag in tags {
        writer.pair(try tag.text("name"), try tag.text("value"))
      }
    }
  }

  /// Whether an experiment is deleted.
  /// - Throws: A refusal if there is none.
  func isDeleted(experiment id: Int) throws -> Bool {
    let row = try db.row(
      "SELECT deleted_at IS NOT NULL AS is_deleted FROM experiments WHERE id = :id",
      ["id": SQLValue(id)])
    guard let row else { throw Self.noExperiment(id) }
    return try row.integer("is_deleted") == 1
  }

  /// - Throws: A refusal unless the experiment is there and not deleted.
  func requireActive(experiment id: Int) throws {
    guard try !isDeleted(experiment: id) else {
      throw Refusal.invalid(
        "The experiment \(Rules.id(ofExperiment: Int64(id))) must be in the 'active' state. Current"
          + " state is deleted.")
    }
  }

  private static func noExperiment(_ id: Int) -> Refusal {
    Refusal(
      .resourceDoesNotExist, "No Experiment with id=\(Rules.id(ofExperiment: Int64(id))) exists")
  }

  /// The number of an experiment, also of a deleted one. The first has two spellings.
  private func experiment(named name: String) throws -> Int? {
    try db.row(
      """
      SELECT id
      FROM experiments
      WHERE name = :name OR (id = 1 AND name = 'default' AND :name = 'Default')
      """, ["name": .text(name)]
    )?.integer("id")
  }

  private func experimentName(_ field: StaticString) throws -> String {
    let name = try message.requiredText(field)
    try Rules.check(name, "\(field)", most: Self.longestExperimentName)
    return name
  }

  private func experimentTag(_ tag: Message) throws -> (name: String, value: String) {
    let name = try tag.requiredText("key")
    let value = try tag.text("value") ?? ""
    try Rules.check(name: name, at: "key")
    try Rules.check(value, "value", most: 20_000)
    return (name, value)
  }

  private func set(_ tag: (name: String, value: String), ofExperiment id: Int) throws {
    try db.run(
      """
      INSERT INTO experiment_tags (experiment_id, name, value)
      VALUES (:id, :name, :value)
      ON CONFLICT (experiment_id, name) DO UPDATE
      SET value = excluded.value
      WHERE value <> excluded.value
      """, ["id": SQLValue(id), "name": .text(tag.name), "value": .text(tag.value)])
  }

  /// A place for files that someone names; nil for none.
  private func artifactLocation(_ given: String) throws -> String? {
    guard !given.isEmpty else { return nil }
    guard !given.hasPrefix("runs:") else {
      throw Refusal.invalid("Artifact location cannot be a runs:/ URI. Given: '\(given)'")
    }
    let scheme = given.prefixMatch(of: /([A-Za-z][A-Za-z0-9+.-]*):/).map { $0.1.lowercased() }
    guard !given.contains("#"), !hasParameters(given, scheme: scheme ?? "") else {
      throw Refusal.invalid(
        "Unsupported URI for artifact location: '\(given)'. It has a fragment or parameters.")
    }
    guard scheme == nil, !given.hasPrefix("/") else { return given }
    return server.folder + "/" + given
  }

  /// Whether the last part of the path has what Python takes for parameters, `;a=1`: with the schemes that know
  /// them, and without any. The names of objects in a store, `s3://bucket/a;b`, may hold semicolons.
  private func hasParameters(_ address: String, scheme: String) -> Bool {
    let schemes = [
      "", "ftp", "hdl", "prospero", "http", "https", "shttp", "rtsp", "rtspu", "sip", "sips",
      "mms", "sftp", "tel",
    ]
    let path = address.prefix { $0 != "?" }
    let last = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    return schemes.contains(scheme) && last.contains(/;./)
  }
}
