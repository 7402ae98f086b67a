import GRDB
import RunStore

/// Writes runs as clients read them: what was set, the latest of what was measured, what was used and made.
struct RunAnswers {
  private let db: Database

  init(db: Database) { self.db = db }

  /// How a run stands, as SQL: of the row `run` of `runs`. One that missed its signs of life has failed.
  static let state = """
    CASE run.status
      WHEN 'running' THEN
        CASE
          WHEN abs(run.heartbeat_at - (julianday('now') - 2440587.5) * 86400000)
            > 3000 * MIN(run.heartbeat_seconds, 86400)
          THEN 'FAILED'
          ELSE 'RUNNING'
        END
      WHEN 'scheduled' THEN 'SCHEDULED'
      WHEN 'finished' THEN 'FINISHED'
      WHEN 'failed' THEN 'FAILED'
      ELSE 'KILLED'
    END
    """

  /// Who a run belongs to, as SQL: of the row `run` of `runs`.
  static let user = """
    COALESCE(
      (SELECT value FROM environment WHERE run_id = run.id AND name = 'mlflow.user_id'),
      run.user_name, 'unknown')
    """

  private static let infoStatement = """
    SELECT
      run.uuid, run.experiment_id, run.name, \(user) AS user, \(state) AS state, run.started_at,
      run.ended_at, run.deleted_at IS NOT NULL AS is_deleted, experiment.artifact_location,
      \(MirroredTag.allCases.map { "\($0.sql) AS \"\($0.rawValue)\"" }.joined(separator: ", "))
    FROM runs AS run
    LEFT JOIN experiments AS experiment ON experiment.id = run.experiment_id
    WHERE run.id = :run
    """

  private static let tagsStatement = """
    SELECT name, value
    FROM tags
    WHERE run_id = :run
      AND name NOT IN (\(MirroredTag.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")))
    ORDER BY name
    """

  /// Writes a run whole.
  func write(_ run: Int, to writer: inout JSONWriter) throws {
    try writer.object { writer in
      writer.name("info")
      var mirrored: [(tag: MirroredTag, value: String)] = []
      try writer.object { mirrored = try writeInfo(of: run, to: &$0) }
      writer.name("data")
      try writer.object { writer in
        try writeMetrics(of: run, to: &writer)
        try writeParams(of: run, to: &writer)
        try writeTags(of: run, mirrored, to: &writer)
      }
      try writeInputs(of: run, to: &writer)
      try writeOutputs(of: run, to: &writer)
    }
  }

  /// Writes the members of `info`.
  /// - Returns: The tags that columns say.
  @discardableResult
  func writeInfo(
    of run: Int, to writer: inout JSONWriter
  ) throws -> [(tag: MirroredTag, value: String)] {
    var mirrored: [(tag: MirroredTag, value: String)] = []
    try db.forEachStep(Self.infoStatement, ["run": SQLValue(run)]) { row in
      let uuid = row.value(at: 0).text ?? ""
      let experiment = row.value(at: 1).integer ?? 1
      writer.member("run_id", uuid)
      writer.member("run_uuid", uuid)
      writer.member("run_name", column: 2, of: row)
      writer.member("experiment_id", Rules.id(ofExperiment: experiment))
      writer.member("user_id", column: 3, of: row)
      writer.member("status", column: 4, of: row)
      writer.member("start_time", column: 5, of: row)
      writer.member("end_time", column: 6, of: row)
      writer.member("lifecycle_stage", row.value(at: 7) == .integer(1) ? "deleted" : "active")
      writer.member(
        "artifact_uri",
        ArtifactPlace.uri(ofRun: uuid, experiment: Int(experiment), own: row.value(at: 8).text))
      for (column, tag) in zip(Int32(9)..., MirroredTag.allCases) {
        if let value = row.value(at: column).text { mirrored.append((tag, value)) }
      }
    }
    return mirrored
  }

  private func writeMetrics(of run: Int, to writer: inout JSONWriter) throws {
    try writeList(
      "metrics",
      """
      SELECT series.name, series.last_value, COALESCE(series.last_at, run.started_at, 0),
        series.last_step
      FROM metric_series AS series
      JOIN runs AS run ON run.id = series.run_id
      WHERE series.run_id = :run AND series.last_step IS NOT NULL
      ORDER BY series.name
      """, of: run, to: &writer
    ) { row, writer in
      writer.name("value")
      writer.real(row.isNull(at: 1) ? .nan : row.value(at: 1).real ?? .nan)
      writer.member("timestamp", column: 2, of: row)
      writer.member("step", column: 3, of: row)
    }
  }

  private func writeParams(of run: Int, to writer: inout JSONWriter) throws {
    try writeList(
      "params", "SELECT name, value, text FROM params WHERE run_id = :run ORDER BY name", of: run,
      to: &writer
    ) { row, writer in
      writer.name("value")
      if row.isNull(at: 2) {
        writer.string(ParamText.text(of: row.value(at: 1)))
      } else {
        writer.text(column: 2, of: row)
      }
    }
  }

  /// Writes what a statement finds as objects with a key, the first column. MLflow leaves out an empty list.
  private func writeList(
    _ name: StaticString, _ sql: String, of run: Int, to writer: inout JSONWriter,
    rest: (StatementHandle, inout JSONWriter) throws -> Void
  ) throws {
    var isFirst = true
    try db.forEachStep(sql, ["run": SQLValue(run)]) { row in
      if isFirst {
        writer.name(name)
        writer.begin(UInt8(ascii: "["))
        isFirst = false
      }
      try writer.object { writer in
        writer.member("key", column: 0, of: row)
        try rest(row, &writer)
      }
    }
    if !isFirst { writer.end(UInt8(ascii: "]")) }
  }

  private func writeTags(
    of run: Int, _ mirrored: [(tag: MirroredTag, value: String)], to writer: inout JSONWriter
  ) throws {
    writer.name("tags")
    try writer.array { writer in
      for (tag, value) in mirrored {
        writer.pair(tag.rawValue, value)
      }
      try db.forEachStep(Self.tagsStatement, ["run": SQLValue(run)]) { row in
        writer.pair(of: row)
      }
    }
  }

  private func writeInputs(of run: Int, to writer: inout JSONWriter) throws {
    let uses = try db.rows(
      """
      SELECT
        dataset.id, dataset.name, dataset.digest, dataset.source_type, dataset.source, dataset.schema,
        dataset.profile, uses.context
      FROM run_datasets AS uses
      JOIN datasets AS dataset ON dataset.id = uses.dataset_id
      WHERE uses.run_id = :run
      ORDER BY dataset.id, uses.context
      """, ["run": SQLValue(run)])
    let models = try db.rows(
      """
      SELECT model_id
      FROM run_models
      WHERE run_id = :run AND direction = 'input'
      ORDER BY model_id
      """, ["run": SQLValue(run)])
    guard !uses.isEmpty || !models.isEmpty else { return }
    writer.name("inputs")
    try writer.object { writer in
      writer.name("dataset_inputs")
      try writer.array { writer in
        for use in uses { try writer.object { try write(use, of: run, to: &$0) } }
      }
      writer.name("model_inputs")
      try writer.array { writer in
        for model in models {
          try writer.object { $0.member("model_id", try model.text("model_id")) }
        }
      }
    }
  }

  private func write(_ use: ResultRow, of run: Int, to writer: inout JSONWriter) throws {
    let context = try use.text("context")
    writer.name("tags")
    try writer.array { writer in
      let tags = try db.rows(
        """
        SELECT name, value
        FROM run_dataset_tags
        WHERE run_id = :run AND dataset_id = :dataset AND context = :context
        ORDER BY name
        """, ["run": SQLValue(run), "dataset": use["id"], "context": .text(context)])
      for tag in tags {
        writer.pair(try tag.text("name"), try tag.text("value"))
      }
      if !context.isEmpty {
        writer.pair("mlflow.data.context", context)
      }
    }
    writer.name("dataset")
    try writer.object { writer in
      writer.member("name", try use.text("name"))
      writer.member("digest", try use.text("digest"))
      writer.member("source_type", try use.optionalText("source_type"))
      writer.member("source", try use.optionalText("source"))
      writer.member("schema", try use.optionalText("schema"))
      writer.member("profile", try use.optionalText("profile"))
    }
  }

  private func writeOutputs(of run: Int, to writer: inout JSONWriter) throws {
    let models = try db.rows(
      """
      SELECT model_id, step
      FROM run_models
      WHERE run_id = :run AND direction = 'output'
      ORDER BY step, model_id
      """, ["run": SQLValue(run)])
    guard !models.isEmpty else { return }
    writer.name("outputs")
    try writer.object { writer in
      writer.name("model_outputs")
      try writer.array { writer in
        for model in models {
          try writer.object { writer in
            writer.member("model_id", try model.text("model_id"))
            writer.member("step", model["step"].integer)
          }
        }
      }
    }
  }
}
