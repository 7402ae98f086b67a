import Foundation
import Testing

@testable import RunStore

/// The SQL contract: names that people type, and the comments that explain them.
@Suite struct SchemaTests {
  /// The names that the design promises.
  static let contract: [(table: String, columns: String)] = [
    ("experiments", "id name created_at"),
    (
      "runs",
      """
      id uuid experiment_id name recipe status seed started_at ended_at heartbeat_at host pid boot_id \
      command version git_commit git_dirty parent_run_id error note
      """
    ),
    ("params", "run_id name value"),
    ("tags", "run_id name value"),
    ("environment", "run_id name value"),
    (
      "metric_series",
      """
      id run_id name count nan_count first_value last_value last_step min_value min_step max_value \
      max_step
      """
    ),
    ("metric_points", "series_id step epoch value recorded_at"),
    ("metrics", "run_id name step epoch value recorded_at"),
    ("epoch_losses", "run_id epoch train_loss train_accuracy val_loss val_accuracy seconds"),
    (
      "layers",
      """
      run_id position name kind input_shape output_shape weight_shape weight_count bias_count macs
      """
    ),
    (
      "layer_table",
      "run_id position layer input_shape output_shape weight_shape parameters macs"
    ),
    ("snapshots", "id run_id epoch step kind created_at"),
    (
      "tensors",
      """
      snapshot_id name shape dtype blob_hash min max mean std l2_norm zero_count nonfinite_count
      """
    ),
    ("blobs", "hash data byte_count"),
    (
      "histograms",
      """
      id run_id epoch step layer quantity lower upper counts count min max mean std nonfinite_count
      """
    ),
    ("histogram_bins", "run_id epoch layer quantity bin lower upper count"),
    ("predictions", "run_id row inputs target s y"),
    ("artifacts", "run_id name media_type blob_hash"),
    ("alerts", "run_id at epoch step level kind message"),
    ("run_summary", "id name recipe experiment status started seconds epochs"),
  ]

  @Test(arguments: contract.map(\.table))
  func promisedColumnsArePresent(table: String) throws {
    let fixture = try StoreFixture()
    let present = try fixture.rows(
      "SELECT name FROM pragma_table_info(:table)", ["table": .text(table)]
    ).compactMap { $0[0].text }
    let promised = try #require(Self.contract.first { $0.table == table }).columns
      .split(separator: " ").map(String.init)
    #expect(promised.filter { !present.contains($0) } == [])
  }

  @Test func theEmbeddedFilesEqualTheOnesAtTheTop() throws {
    #expect(EmbeddedSchema.script == (try Self.topLevel("schema.sql")))
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.top + "/queries").sorted()
    #expect(files == SavedQuery.names.map { $0 + ".sql" })
    for query in try SavedQuery.all() {
      #expect(query.sql == (try Self.topLevel("queries/\(query.name).sql")))
    }
  }

  @Test func theMarkAndVersionStandInTheScript() throws {
    let fixture = try StoreFixture()
    #expect(
      try fixture.rows("PRAGMA application_id") == [[.integer(Int64(EmbeddedSchema.applicationID))]]
    )
    #expect(try fixture.rows("PRAGMA user_version") == [[.integer(Int64(EmbeddedSchema.version))]])
    let mode = try fixture.database.read { try $0.row("PRAGMA journal_mode") }
    #expect(mode?["journal_mode"] == "wal")
  }

  @Test func everyTableHasProseAboveIt() throws {
    let lines = try Self.topLevel("schema.sql").split(
      separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated()
    where ["CREATE TABLE", "CREATE VIEW", "CREATE TRIGGER"].contains(where: line.hasPrefix) {
      #expect(index > 0 && lines[index - 1].hasPrefix("-- "), "\(line)")
    }
  }

  @Test func everyColumnHasANote() throws {
    let fixture = try StoreFixture()
    let objects = try fixture.rows(
      """
      SELECT name, sql
      FROM sqlite_schema
      WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'
      ORDER BY name
      """)
    #expect(objects.count > 20)
    for object in objects {
      let name = try #require(object[0].text)
      let sql = try #require(object[1].text)
      let columns = try fixture.rows(
        "SELECT name FROM pragma_table_info(:table)", ["table": .text(name)]
      ).compactMap { $0[0].text }
      let notes = sql.matches(of: /[^-\s].* -- \S/).count
      #expect(notes == columns.count, "\(name) has \(columns.count) columns and \(notes) notes")
    }
  }

  @Test func theViewsOfTheFileAreThoseOfTheScript() throws {
    let fixture = try StoreFixture()
    let stored = try fixture.rows(
      "SELECT name, sql FROM sqlite_schema WHERE type IN ('view', 'trigger') ORDER BY name")
    let derived = EmbeddedSchema.derived.sorted { $0.name < $1.name }
    #expect(stored == derived.map { [.text($0.name), .text($0.sql)] })
  }

  static let top = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  static func topLevel(_ name: String) throws -> String {
    try String(contentsOfFile: top + "/" + name, encoding: .utf8)
  }
}
