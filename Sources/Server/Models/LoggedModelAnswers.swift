import RunStore

/// Logged models as clients read them.
extension Call {
  /// Where the files of a model are.
  func modelURI(_ id: String) throws -> String {
    let row = try db.row(
      """
      SELECT model.experiment_id, experiment.artifact_location
      FROM models AS model
      JOIN experiments AS experiment ON experiment.id = model.experiment_id
      WHERE model.id = :id
      """, ["id": .text(id)])
    guard let row else { throw Self.noModel(id) }
    return ArtifactPlace.uri(
      ofModel: id, experiment: try row.integer("experiment_id"),
      own: try row.optionalText("artifact_location"))
  }

  /// The answer that is a model, whole.
  func modelAnswer(_ id: String) throws -> [UInt8] {
    try answer { writer in
      writer.name("model")
      try write(model: id, to: &writer)
    }
  }

  /// Writes a model whole.
  func write(model id: String, to writer: inout JSONWriter) throws {
    let row = try db.row(
      """
      SELECT model.experiment_id, model.name, model.model_type, model.status, model.status_message,
        model.created_at, model.updated_at, COALESCE(run.uuid, \(HiddenTag.run.ofModel)) AS source
      FROM models AS model
      LEFT JOIN runs AS run ON run.id = model.source_run_id
      WHERE model.id = :id
      """, ["id": .text(id)])
    guard let row else { throw Self.noModel(id) }
    try writer.object { writer in
      writer.name("info")
      try writer.object { writer in
        writer.member("model_id", id)
        writer.member(
          "experiment_id", Rules.id(ofExperiment: Int64(try row.integer("experiment_id"))))
        writer.member("name", try row.text("name"))
        writer.member("creation_timestamp_ms", row["created_at"].integer)
        writer.member("last_updated_timestamp_ms", row["updated_at"].integer)
        writer.member("artifact_uri", try modelURI(id))
        writer.member("status", ModelState(status: try row.text("status")).rawValue)
        writer.member("status_message", try row.optionalText("status_message"))
        writer.member("model_type", try row.optionalText("model_type"))
        writer.member("source_run_id", try row.optionalText("source"))
        try write(
          "tags",
          """
          SELECT name, value
          FROM model_tags
          WHERE model_id = :id AND \(HiddenTag.isShown)
          ORDER BY name
          """, id, to: &writer)
      }
      writer.name("data")
      try writer.object { writer in
        try write(
          "params", "SELECT name, value FROM model_params WHERE model_id = :id ORDER BY name", id,
          to: &writer)
        try writeMetrics(ofModel: id, to: &writer)
      }
    }
  }

  private func write(
    _ member: StaticString, _ statement: String, _ id: String, to writer: inout JSONWriter
  ) throws {
    writer.name(member)
    try writer.array { writer in
      try db.forEachStep(statement, ["id": .text(id)]) { row in
        writer.pair(of: row)
      }
    }
  }

  private func writeMetrics(ofModel id: String, to writer: inout JSONWriter) throws {
    writer.name("metrics")
    try writer.array { writer in
      try db.forEachStep(
        """
        SELECT metric.name, metric.value, COALESCE(metric.recorded_at, 0), metric.step, run.uuid,
          metric.dataset_name, metric.dataset_digest
        FROM model_metrics AS metric
        LEFT JOIN runs AS run ON run.id = metric.run_id
        WHERE metric.model_id = :id
        ORDER BY metric.name, metric.step, metric.repeat
        """, ["id": .text(id)]
      ) { row in
        writer.object { writer in
          writer.member("key", column: 0, of: row)
          writer.name("value")
          writer.real(row.value(at: 1).real ?? .nan)
          writer.member("timestamp", column: 2, of: row)
          writer.member("step", column: 3, of: row)
          writer.member("model_id", id)
          writer.member("run_id", column: 4, of: row)
          writer.member("dataset_name", column: 5, of: row)
          writer.member("dataset_digest", column: 6, of: row)
        }
      }
    }
  }
}
