/// The statements that copy a run from the attached file `other`: `:old` is its id there, `:run` its
/// id here.
extension RunDatabase {
  /// What must be there before the run.
  static let preparations = EmbeddedSQL.statements(PackageResources.merge_preparations_sql)

  /// The row of the run itself; returns its id.
  static let runInsertion = EmbeddedSQL.text(PackageResources.merge_run_sql)

  /// Everything that hangs on the run.
  static let copies = EmbeddedSQL.statements(PackageResources.merge_copies_sql)
}
