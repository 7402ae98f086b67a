extension SavedQuery {
  /// The queries that the program carries with it, by name. SwiftPM embeds each file under a name of
  /// its own but no list of them, so that the list stands here; a test finds a file that is missing.
  private static let files: [(name: String, bytes: [UInt8])] = [
    ("best_runs", PackageResources.best_runs_sql),
    ("compare_runs", PackageResources.compare_runs_sql),
    ("diverged_runs", PackageResources.diverged_runs_sql),
    ("epoch_losses", PackageResources.epoch_losses_sql),
    ("heaviest_layers", PackageResources.heaviest_layers_sql),
    ("histogram_drift", PackageResources.histogram_drift_sql),
    ("histogram_over_time", PackageResources.histogram_over_time_sql),
    ("layer_table", PackageResources.layer_table_sql),
    ("parameter_effect", PackageResources.parameter_effect_sql),
    ("run_detail", PackageResources.run_detail_sql),
    ("run_list", PackageResources.run_list_sql),
    ("slowest_epochs", PackageResources.slowest_epochs_sql),
    ("storage", PackageResources.storage_sql),
    ("weight_norms", PackageResources.weight_norms_sql),
  ]

  /// The names of the queries that the program carries with it.
  public static var names: [String] { files.map(\.name) }

  /// The queries that the program carries with it, by name.
  public static func all() throws -> [SavedQuery] {
    try files.map { try SavedQuery(name: $0.name, sql: String(decoding: $0.bytes, as: UTF8.self)) }
  }

  /// The query called `name`.
  /// - Throws: `unknownQuery`, which lists those there are.
  public static func named(_ name: String) throws -> SavedQuery {
    guard let file = files.first(where: { $0.name == name }) else {
      throw RunStoreError.unknownQuery(name: name, known: names)
    }
    return try SavedQuery(name: name, sql: String(decoding: file.bytes, as: UTF8.self))
  }
}
