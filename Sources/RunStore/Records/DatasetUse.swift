import GRDB

/// A dataset, and what a run used it for: a row of `datasets` and one of `run_datasets`.
public struct DatasetUse: Sendable, Equatable {
  /// What people call it.
  public var name: String
  /// A hash of its content; with the name it tells datasets of an experiment apart.
  public var digest: String
  /// The kind of place it came from: `local` for files, `code` for what a program made.
  public var sourceType: String?
  /// The place.
  public var source: String?
  /// Its columns or tensors, as JSON.
  public var schema: String?
  /// Its size and statistics, as JSON.
  public var profile: String?
  /// What for: `training`, `validation`, `test`.
  public var context: String

  /// Describes the use of a dataset.
  public init(
    name: String, digest: String, context: String, sourceType: String? = nil,
    source: String? = nil, schema: String? = nil, profile: String? = nil
  ) {
    self.name = name
    self.digest = digest
    self.context = context
    self.sourceType = sourceType
    self.source = source
    self.schema = schema
    self.profile = profile
  }
}

extension RunDatabase {
  /// Notes that a run uses a dataset, which its experiment has once, however many runs use it.
  func insert(_ use: DatasetUse, run: Int, experiment: Int, in db: Database) throws {
    let key: KeyValuePairs<String, SQLValue> = [
      "experiment": SQLValue(experiment), "name": .text(use.name), "digest": .text(use.digest),
      "type": SQLValue(use.sourceType), "source": SQLValue(use.source),
      "schema": SQLValue(use.schema), "profile": SQLValue(use.profile),
    ]
    try db.run(
      """
      INSERT INTO datasets (experiment_id, name, digest, source_type, source, schema, profile)
      VALUES (:experiment, :name, :digest, :type, :source, :schema, :profile)
      ON CONFLICT (experiment_id, name, digest) DO NOTHING
      """, key)
    try db.run(
      """
      INSERT INTO run_datasets (run_id, dataset_id, context)
      SELECT :run, id, :context
      FROM datasets
      WHERE experiment_id = :experiment AND name = :name AND digest = :digest
      ON CONFLICT DO NOTHING
      """,
      [
        "run": SQLValue(run), "context": .text(use.context), "experiment": SQLValue(experiment),
        "name": .text(use.name), "digest": .text(use.digest),
      ])
  }
}
