import Foundation
import GRDB

extension RunDatabase {
  /// The row of a run, deleted or not.
  public func run(_ id: Int) throws -> RunRecord {
    try read { db in try fetchRun(id, in: db) }
  }

  /// The parameters of a run, by name.
  public func parameters(ofRun run: Int) throws -> [String: SQLValue] {
    try values(.parameters, ofRun: run)
  }

  /// Facts about the machine, the tools and the data of a run, by name. Of names that Swift takes for the
  /// same, one is left: all of them has `namedValues`.
  public func environment(ofRun run: Int) throws -> [String: SQLValue] {
    try values(.environment, ofRun: run)
  }

  /// The tags of a run, by name.
  public func tags(ofRun run: Int) throws -> [String: String] {
    try values(.tags, ofRun: run).compactMapValues(\.text)
  }

  private func values(_ kind: NamedValues, ofRun run: Int) throws -> [String: SQLValue] {
    var values: [String: SQLValue] = [:]
    try forEachValue(kind, ofRun: run) { name, value in
      // SQLite tells names apart byte by byte; Swift takes two spellings of é for the same.
      if values[name] == nil { values[name] = value }
    }
    return values
  }

  /// The layers of a run's network, in order.
  public func layers(ofRun run: Int) throws -> [LayerRecord] {
    try read { db in
      try db.rows(
        """
        SELECT
          position, name, kind, input_shape, output_shape, weight_shape, weight_count, bias_count,
          macs, forward_nanoseconds, backward_nanoseconds
        FROM layers
        WHERE run_id = :run
        ORDER BY position
        """,
        ["run": SQLValue(run)]
      ).map { try LayerRecord($0) }
    }
  }

  /// The truth table of a run.
  /// - Throws: `unreadableRows`.
  public func predictions(ofRun run: Int) throws -> [PredictionRecord] {
    var predictions: [PredictionRecord] = []
    let unreadable = try read { db in
      try forEachPrediction(ofRun: run, in: db) { predictions.append($0) }
    }
    try unreadable.refuse()
    return predictions
  }

  func forEachPrediction(
    ofRun run: Int, in db: Database, _ body: (PredictionRecord) throws -> Void
  ) throws -> UnreadableRows {
    var unreadable = UnreadableRows(run: run)
    try db.forEachRow(
      """
      SELECT row, inputs, target, s, y
      FROM predictions
      WHERE run_id = :run
      ORDER BY row
      """,
      ["run": SQLValue(run)]
    ) { row in
      let record = try unreadable.record {
        try PredictionRecord(row)
      } named: {
        "the prediction \(row["row"].integer ?? -1)"
      }
      if let record { try body(record) }
    }
    return unreadable
  }

  /// The alerts of a run, in the order in which they were raised.
  public func alerts(ofRun run: Int) throws -> [AlertRecord] {
    var alerts: [AlertRecord] = []
    try forEachAlert(ofRun: run) { alerts.append($0) }
    return alerts
  }

  /// The artifacts of a run without their content, by name.
  public func artifactSummaries(ofRun run: Int) throws -> [ArtifactSummary] {
    try read { db in try artifactSummaries(ofRun: run, in: db) }
  }

  /// The artifacts of a run with their content, by name.
  /// - Parameter name: The one to read; nil for all.
  public func artifacts(ofRun run: Int, name: String? = nil) throws -> [ArtifactRecord] {
    try read { db in
      try artifactSummaries(ofRun: run, in: db).filter { name == nil || $0.name == name }
        .map { artifact in
          guard let data = try content(ofBlob: artifact.blobHash, in: db) else {
            throw RunStoreError.corrupt(
              path: path, detail: "the content \(artifact.blobHash) is missing")
          }
          guard SHA256.hexadecimal(data) == artifact.blobHash else {
            throw RunStoreError.corrupt(
              path: path,
              detail: "the content of the artifact \(artifact.name) is not what its hash says")
          }
          return ArtifactRecord(name: artifact.name, mediaType: artifact.mediaType, data: data)
        }
    }
  }

  private func artifactSummaries(ofRun run: Int, in db: Database) throws -> [ArtifactSummary] {
    // byte_count stands behind the content: for content in the row, reading it reads all of that.
    try db.rows(
      """
      SELECT artifact.name, artifact.media_type, artifact.blob_hash,
        COALESCE(length(blob.data), blob.byte_count) AS bytes
      FROM artifacts AS artifact
      LEFT JOIN blobs AS blob ON blob.hash = artifact.blob_hash
      WHERE artifact.run_id = :run AND artifact.blob_hash IS NOT NULL
      ORDER BY artifact.name COLLATE natural_order
      """,
      ["run": SQLValue(run)]
    ).map { try ArtifactSummary($0) }
  }

  func fetchRun(_ id: Int, in db: Database) throws -> RunRecord {
    let row = try db.row(
      """
      SELECT
        run.id, run.uuid, COALESCE(experiment.name, 'default') AS experiment,
        shortened(run.name, :characters) AS name, run.recipe,
        run.status, run.seed,
        run.started_at, run.ended_at, run.heartbeat_at, run.host, run.pid, run.boot_id,
        shortened(run.command, :characters) AS command,
        run.version, run.git_commit, run.git_dirty, run.parent_run_id, run.group_name,
        shortened(run.error, :characters) AS error, shortened(run.note, :characters) AS note,
        run.deleted_at, run.pid_namespace, run.heartbeat_seconds, run.user_name, run.argv,
        run.cwd, run.exit_code, run.source, run.idle_milliseconds
      FROM runs AS run
      LEFT JOIN experiments AS experiment ON experiment.id = run.experiment_id
      WHERE run.id = :run
      """,
      ["run": SQLValue(id), "characters": SQLValue(characters)])
    guard let row else { throw RunStoreError.noSuchRun(selector: String(id)) }
    return try RunRecord(row)
  }
}
