import RunStore

/// What a run used and made: datasets and models.
extension Call {
  /// `POST runs/log-inputs`.
  func logInputs() throws -> [UInt8] {
    let run = try openRun(checksForm: true)
    for input in try message.messages("datasets") { try add(input, to: run.id) }
    for model in try message.messages("models") {
      let id = try model.requiredText("model_id")
      try use(model: id, by: run.id, as: "input", step: 0)
    }
    return Self.nothing
  }

  /// `POST runs/outputs`.
  func logOutputs() throws -> [UInt8] {
    _ = try message.runID()
    guard try message.value("models") != nil else { throw Refusal.missing("models") }
    let run = try openRun()
    for model in try message.messages("models") {
      let id = try model.requiredText("model_id")
      try use(model: id, by: run.id, as: "output", step: try model.integer("step") ?? 0)
    }
    return Self.nothing
  }

  private func use(model: String, by run: Int, as direction: String, step: Int64) throws {
    guard try db.row("SELECT 1 FROM models WHERE id = :id", ["id": .text(model)]) != nil else {
      throw Self.noModel(model)
    }
    try db.run(
      """
      INSERT INTO run_models (run_id, model_id, direction, step)
      VALUES (:run, :model, :direction, :step)
      ON CONFLICT (run_id, model_id, direction) DO UPDATE
      SET step = excluded.step
      WHERE step <> excluded.step
      """,
      [
        "run": SQLValue(run), "model": .text(model), "direction": .text(direction),
        "step": .integer(step),
      ])
  }

  /// A dataset that a run uses already keeps the tags that it has there.
  private func add(_ input: Message, to run: Int) throws {
    guard let dataset = try input.message("dataset") else { throw Refusal.missing("dataset") }
    let name = try Self.limited(dataset.requiredText("name"), "name", 500)
    let digest = try Self.limited(dataset.requiredText("digest"), "digest", 36)
    let type = try dataset.text("source_type")
    let source = try dataset.text("source").map { try Self.limited($0, "source", 65_535) }
    let schema = try dataset.text("schema").map { try Self.limited($0, "schema", 1_048_575) }
    let profile = try dataset.text("profile").map { try Self.limited($0, "profile", 16_777_215) }
    var context = ""
    var tags: [(name: String, value: String)] = []
    for tag in try input.messages("tags") {
      let key = try Self.limited(tag.requiredText("key"), "key", 255)
      let value = try Self.limited(tag.text("value") ?? "", "value", 500)
      if key == "mlflow.data.context" { context = value } else { tags.append((key, value)) }
    }
    try db.run(
      """
      INSERT INTO datasets (experiment_id, name, digest, source_type, source, schema, profile)
      SELECT experiment_id, :name, :digest, :type, :source, :schema, :profile
      FROM runs
      WHERE id = :run
      ON CONFLICT (experiment_id, name, digest) DO NOTHING
      """,
      [
        "name": .text(name), "digest": .text(digest), "type": SQLValue(type),
        "source": SQLValue(source), "schema": SQLValue(schema), "profile": SQLValue(profile),
        "run": SQLValue(run),
      ])
    let id = try db.returnedInteger(
      """
      SELECT dataset.id
      FROM datasets AS dataset
      JOIN runs AS run ON run.experiment_id = dataset.experiment_id
      WHERE run.id = :run AND dataset.name = :name AND dataset.digest = :digest
      """, ["run": SQLValue(run), "name": .text(name), "digest": .text(digest)])
    let use = try db.row(
      "SELECT 1 FROM run_datasets WHERE run_id = :run AND dataset_id = :dataset",
      ["run": SQLValue(run), "dataset": SQLValue(id)])
    guard use == nil else { return }
    try db.run(
      "INSERT INTO run_datasets (run_id, dataset_id, context) VALUES (:run, :dataset, :context)",
      ["run": SQLValue(run), "dataset": SQLValue(id), "context": .text(context)])
    for tag in tags {
      try db.run(
        """
        INSERT OR REPLACE INTO run_dataset_tags (run_id, dataset_id, context, name, value)
        VALUES (:run, :dataset, :context, :name, :value)
        """,
        [
          "run": SQLValue(run), "dataset": SQLValue(id), "context": .text(context),
          "name": .text(tag.name), "value": .text(tag.value),
        ])
    }
  }

  private static func limited(_ text: String, _ what: String, _ most: Int) throws -> String {
    try Rules.check(text, what, most: most)
    return text
  }

  /// `POST experiments/search-datasets`.
  func searchDatasets() throws -> [UInt8] {
    let ids = try message.texts("experiment_ids")
    guard !ids.isEmpty else {
      throw Refusal.invalid("SearchDatasets request must specify at least one experiment_id.")
    }
    guard ids.count <= 20 else {
      throw Refusal.invalid(
        "SearchDatasets request cannot specify more than 20 experiment_ids. Received \(ids.count)"
          + " experiment_ids.")
    }
    return try answer { writer in
      writer.name("dataset_summaries")
      try writer.array { writer in
        for id in ids {
          let rows = try db.rows(
            """
            SELECT DISTINCT dataset.name, dataset.digest, uses.context
            FROM datasets AS dataset
            JOIN run_datasets AS uses ON uses.dataset_id = dataset.id
            JOIN runs AS run ON run.id = uses.run_id AND run.deleted_at IS NULL
            WHERE dataset.experiment_id = :experiment
            ORDER BY dataset.name, dataset.digest, uses.context
            LIMIT 1000
            """, ["experiment": SQLValue(try Rules.experiment(id))])
          for row in rows {
            try writer.object { writer in
              writer.member("experiment_id", id)
              writer.member("name", try row.text("name"))
              writer.member("digest", try row.text("digest"))
              let context = try row.text("context")
              writer.member("context", context.isEmpty ? nil : context)
            }
          }
        }
      }
    }
  }
}
