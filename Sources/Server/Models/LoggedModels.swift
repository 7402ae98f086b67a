import Foundation
import RunStore

/// How a model stands, in MLflow's words.
enum ModelState: String, NumberedChoice {
  case pending = "LOGGED_MODEL_PENDING"
  case ready = "LOGGED_MODEL_READY"
  case failed = "LOGGED_MODEL_UPLOAD_FAILED"

  /// The word in the file.
  var status: String {
    switch self {
    case .pending: "pending"
    case .ready: "ready"
    case .failed: "failed"
    }
  }

  init(status: String) {
    self = Self.allCases.first { $0.status == status } ?? .pending
  }
}

/// Logged models: files, params, tags and metrics that belong to no run alone.
extension Call {
  /// `POST logged-models`.
  func createModel() throws -> [UInt8] {
    let experiment = try Rules.experiment(message.requiredText("experiment_id"))
    let name = try message.text("name") ?? ""
    guard !name.unicodeScalars.contains(where: { "/:.%\"'".unicodeScalars.contains($0) }) else {
      throw Refusal.invalid(
        "Invalid model name (\(JSONWriter.text(name))) provided. Model name must be a non-empty string"
          + " and cannot contain the following characters: / : . % \" '")
    }
    let type = try message.text("model_type").flatMap { $0.isEmpty ? nil : $0 }
    let named = try message.text("source_run_id").flatMap { $0.isEmpty ? nil : $0 }
    let source = try named.flatMap { try findRun($0) }
    let params = try message.messages("params").map { try Self.modelValue($0) }
    let tags = try message.messages("tags").map { try Self.modelTag($0) }
    try requireActive(experiment: experiment)
    let id = "m-" + UUID().uuidString.lowercased().filter { $0 != "-" }
    try db.run(
      """
      INSERT INTO models (
        id, experiment_id, source_run_id, name, model_type, created_at, updated_at)
      VALUES (:id, :experiment, :run, :name, :type, :time, :time)
      """,
      [
        "id": .text(id), "experiment": SQLValue(experiment), "run": SQLValue(source?.id),
        "name": .text(name.isEmpty ? RunName.random() : name), "type": SQLValue(type),
        "time": .integer(time),
      ])
    for param in params { try setParam(param, of: id) }
    for tag in tags { try setTag(tag, ofModel: id) }
    if let named, source == nil { try setTag((HiddenTag.run.rawValue, named), ofModel: id) }
    return try modelAnswer(id)
  }

  /// `GET logged-models/{id}`.
  func getModel() throws -> [UInt8] {
    let isDeletedAllowed = try message.flag("allow_deleted") ?? false
    let found = try db.row(
      "SELECT deleted_at IS NOT NULL AS is_deleted FROM models WHERE id = :id",
      ["id": .text(parts[0])])
    guard let found, try found.integer("is_deleted") == 0 || isDeletedAllowed else {
      throw Self.noModel(parts[0])
    }
    return try modelAnswer(parts[0])
  }

  /// `PATCH logged-models/{id}`.
  func finishModel() throws -> [UInt8] {
    _ = try message.requiredText("model_id")
    try requireModel(parts[0])
    guard let state: ModelState = try message.choice("status") else {
      throw Refusal.missing("status")
    }
    try db.run(
      "UPDATE models SET status = :status, updated_at = :time WHERE id = :id AND status <> :status",
      ["status": .text(state.status), "time": .integer(time), "id": .text(parts[0])])
    return try modelAnswer(parts[0])
  }

  /// `DELETE logged-models/{id}`.
  func deleteModel() throws -> [UInt8] {
    try requireModel(parts[0])
    try db.run(
      """
      UPDATE models
      SET deleted_at = :time, updated_at = :time
      WHERE id = :id AND deleted_at IS NULL
      """, ["time": .integer(time), "id": .text(parts[0])])
    return Self.nothing
  }

  /// `PATCH logged-models/{id}/tags`.
  func setModelTags() throws -> [UInt8] {
    try requireModel(parts[0])
    for tag in try message.messages("tags") {
      try setTag(try Self.modelTag(tag), ofModel: parts[0])
    }
    return Self.nothing
  }

  /// `DELETE logged-models/{id}/tags/{key}`.
  func deleteModelTag() throws -> [UInt8] {
    try requireModel(parts[0])
    try db.run(
      "DELETE FROM model_tags WHERE model_id = :id AND name = :name",
      ["id": .text(parts[0]), "name": .text(parts[1])])
    guard db.changesCount > 0 else {
      throw Refusal(
        .resourceDoesNotExist,
        "No tag with key '\(parts[1])' found for model with ID '\(parts[0])'.")
    }
    return Self.nothing
  }

  /// `POST logged-models/{id}/params`.
  func logModelParams() throws -> [UInt8] {
    _ = try message.requiredText("model_id")
    try requireModel(parts[0])
    for param in try message.messages("params") {
      try setParam(try Self.modelValue(param), of: parts[0])
    }
    return Self.nothing
  }

  /// `GET logged-models/{id}/artifacts/directories`.
  func listModelArtifacts() throws -> [UInt8] {
    try requireModel(parts[0])
    let path = try ArtifactPlace.checked(message.text("artifact_directory_path") ?? "")
    return try answer { writer in
      writer.member("root_uri", try modelURI(parts[0]))
      try write(
        entries(of: ArtifactTarget(owner: .model(parts[0]), path: path)), below: path, to: &writer)
    }
  }

  /// The file that `GET logged-models/{id}/artifacts/files` asks for.
  func modelFile() throws -> StoredFile {
    try requireModel(parts[0])
    let path = try ArtifactPlace.checked(message.requiredText("artifact_file_path"))
    return try file(ArtifactTarget(owner: .model(parts[0]), path: path))
  }

  /// `POST runs/log-model`, by which old clients tell of a model among the files of a run.
  func logModelOfRun() throws -> [UInt8] {
    let run = try openRun()
    let text = try message.requiredText("model_json")
    guard let model = try? JSONValue(parsing: Array(text.utf8)), model.kind == .object else {
      throw Refusal.invalid("Malformed model info. \n \(text.prefix(400)) \n is not a valid JSON.")
    }
    let fields = try Message(body: Array(text.utf8))
    let missing = try ["artifact_path", "flavors", "utc_time_created", "run_id"].filter { name in
      try !fields.has(name)
    }
    guard missing.isEmpty else {
      throw Refusal.invalid("Model json is missing mandatory fields: \(missing)")
    }
    let name = "mlflow.log-model.history"
    let row = try db.row(
      "SELECT value FROM tags WHERE run_id = :run AND name = :name",
      ["run": SQLValue(run.id), "name": .text(name)])
    let old = try row?.text("value") ?? "[]"
    let history =
      old.hasSuffix("]") && old.count > 2 ? "\(old.dropLast()), \(text)]" : "[\(text)]"
    if !old.contains(text) { try set((name, history), of: run.id) }
    return Self.nothing
  }

  static func noModel(_ id: String) -> Refusal {
    Refusal(.resourceDoesNotExist, "Logged model with ID '\(id)' not found.")
  }

  private func requireModel(_ id: String) throws {
    guard try db.row("SELECT 1 FROM models WHERE id = :id", ["id": .text(id)]) != nil else {
      throw Self.noModel(id)
    }
  }

  private static func modelValue(_ message: Message) throws -> (name: String, value: String) {
    let name = try message.requiredText("key")
    try Rules.check(name, "key", most: Rules.longestName)
    return (name, try message.text("value") ?? "")
  }

  private static func modelTag(_ message: Message) throws -> (name: String, value: String) {
    let tag = try modelValue(message)
    guard HiddenTag(rawValue: tag.name) == nil else {
      throw Refusal.invalid("The tag '\(tag.name)' is this server's own: name yours otherwise.")
    }
    return tag
  }

  private func setParam(_ param: (name: String, value: String), of model: String) throws {
    let row = try db.row(
      "SELECT value FROM model_params WHERE model_id = :id AND name = :name",
      ["id": .text(model), "name": .text(param.name)])
    if let old = try row?.text("value") {
      guard ExactName(old) == ExactName(param.value) else {
        throw Refusal.invalid(
          "Changing param values is not allowed. Param with key='\(param.name)' was already logged with"
            + " value='\(old)' for model ID='\(model)'. Attempted logging new value '\(param.value)'."
        )
      }
      return
    }
    try db.run(
      "INSERT INTO model_params (model_id, name, value) VALUES (:id, :name, :value)",
      ["id": .text(model), "name": .text(param.name), "value": .text(param.value)])
  }

  private func setTag(_ tag: (name: String, value: String), ofModel id: String) throws {
    try db.run(
      """
      INSERT INTO model_tags (model_id, name, value)
      VALUES (:id, :name, :value)
      ON CONFLICT (model_id, name) DO UPDATE
      SET value = excluded.value
      WHERE value <> excluded.value
      """, ["id": .text(id), "name": .text(tag.name), "value": .text(tag.value)])
  }

  /// Stores a point with the model that it was measured of; the same one twice is one.
  func addToModel(_ metric: ReceivedMetric, from run: Int) throws {
    guard let model = metric.model else { return }
    try requireModel(model)
    try db.run(
      """
      INSERT INTO model_metrics (
        model_id, name, step, repeat, value, recorded_at, run_id, dataset_name, dataset_digest)
      SELECT
        :model, :name, :step,
        COALESCE((
          SELECT MAX(repeat) + 1
          FROM model_metrics
          WHERE model_id = :model AND name = :name AND step = :step), 0),
        :value, :time, :run, :dataset, :digest
      WHERE NOT EXISTS (
        SELECT 1 FROM model_metrics
        WHERE model_id = :model AND name = :name AND step = :step AND value IS :value
          AND recorded_at IS :time AND run_id IS :run AND dataset_name IS :dataset
          AND dataset_digest IS :digest)
      """,
      [
        "model": .text(model), "name": .text(metric.point.name),
        "step": SQLValue(metric.point.step), "value": .real(metric.point.value),
        "time": .integer(metric.point.time), "run": SQLValue(run),
        "dataset": SQLValue(metric.datasetName), "digest": SQLValue(metric.datasetDigest),
      ])
  }
}
