import Foundation
import GRDB
import TestSupport
import Testing

@testable import RunStore

/// A run carries everything that hangs on it, whatever way it goes.
struct CarriedRowsTests {
  private let folder: TemporaryFolder
  private let source: String

  init() throws {
    folder = try TemporaryFolder()
    source = folder.path("source.db")
    try Everything.make(source)
  }

  /// The numbers that rows have in a file, and what belongs to the file or to who is at work.
  private static let ownColumns: Set = [
    "id", "run_id", "experiment_id", "series_id", "snapshot_id", "dataset_id", "weights_id",
    "optimizer_id", "parent_run_id", "source_run_id", "content", "change", "owner", "disorder",
    "words",
  ]
  private static let ownTables = ["metadata", "removed_runs", "metric_names"]

  /// Every value of every table that is no number of this file, as text.
  private func values(of path: String) throws -> [String: [[SQLValue]]] {
    let reader = try StatementReader(readingFrom: path)
    let columns = try reader.rows(
      """
      SELECT entry.name, column.name
      FROM sqlite_schema AS entry
      JOIN pragma_table_info(entry.name) AS column
      WHERE entry.type = 'table'
      ORDER BY entry.name, column.cid
      """)
    var names: [String: [String]] = [:]
    for row in columns {
      guard let table = row[0].text, let column = row[1].text, !Self.ownTables.contains(table),
        // The name of a model is no number.
        !Self.ownColumns.contains(column) || (table == "models" && column == "id")
      else { continue }
      names[table, default: []].append(column)
    }
    return try names.reduce(into: [:]) { values, table in
      let columns = table.value.joined(separator: ", ")
      // The usual experiment is as old as its file.
      let rest = table.key == "experiments" ? "WHERE id > 1" : ""
      values[table.key] = try reader.rows(
        "SELECT \(columns) FROM \(table.key) \(rest) ORDER BY \(columns)")
    }
  }

  @Test func everyValueOfEveryTableTravels() throws {
    let target = folder.path("target.db")
    let merged = try RunDatabase(writingTo: target).merge(
      from: source, seenFrom: .unknown, at: StoreFixture.start)
    #expect(merged.map(\.outcome) == [.added, .added, .added])
    let (before, after) = (try values(of: source), try values(of: target))
    #expect(before.count == 35)
    for table in before.keys.sorted() {
      #expect(!(before[table] ?? []).isEmpty, "\(table) is empty")
      #expect(after[table] == before[table], "\(table)")
    }
    #expect(try Everything.findings(target) == [])
    // Parents, makers and measurers are the runs of the same uuid, also those that came later.
    let relations = """
      SELECT run.uuid, parent.uuid
      FROM runs AS run JOIN runs AS parent ON parent.id = run.parent_run_id
      UNION ALL
      SELECT model.id, run.uuid
      FROM models AS model JOIN runs AS run ON run.id = model.source_run_id
      UNION ALL
      SELECT metric.model_id || metric.repeat, run.uuid
      FROM model_metrics AS metric JOIN runs AS run ON run.id = metric.run_id
      UNION ALL
      SELECT dataset.name, experiment.name
      FROM datasets AS dataset JOIN experiments AS experiment ON experiment.id = dataset.experiment_id
      UNION ALL
      SELECT model.id, experiment.name
      FROM models AS model JOIN experiments AS experiment ON experiment.id = model.experiment_id
      ORDER BY 1, 2
      """
    #expect(
      try StatementReader(readingFrom: target).rows(relations)
        == StatementReader(readingFrom: source).rows(relations))
  }

  @Test(.slow) func theRunsOfAFileGoOneByOneAndComeTogetherAgain() throws {
    let database = try RunDatabase(readingFrom: source)
    // Each way round: a model may come with a run that only uses it.
    for order in [[3, 5, 6], [6, 5, 3]] {
      let target = folder.path("together-\(order[0]).db")
      let together = try RunDatabase(writingTo: target)
      for run in order {
        let path = folder.path("\(order[0])-\(run).db")
        try database.exportRun(run, to: path, seenFrom: .unknown, at: StoreFixture.start)
        let alone = try RunDatabase(readingFrom: path)
        #expect(try alone.digest(ofRun: 1) == database.digest(ofRun: run))
        let merged = try together.merge(from: path, seenFrom: .unknown, at: StoreFixture.start)
        #expect(merged.map(\.outcome) == [.added])
        #expect(try Everything.findings(path) == [])
      }
      let again = try together.merge(from: source, seenFrom: .unknown, at: StoreFixture.start)
      #expect(again.map(\.outcome) == [.present, .present, .present])
      #expect(
        try values(of: target).filter { $0.key.hasPrefix("model") }
          == values(of: source).filter { $0.key.hasPrefix("model") && $0.key != "model_metrics" }
          .merging(["model_metrics": values(of: target)["model_metrics"] ?? []]) { first, _ in first
          })
      #expect(
        try StatementReader(readingFrom: target).rows(
          """
          SELECT metric.value, run.uuid
          FROM model_metrics AS metric LEFT JOIN runs AS run ON run.id = metric.run_id
          ORDER BY metric.recorded_at
          """) == [[0.5, "aaaa-1"], [nil, "aaaa-2"], [0.25, nil]])
    }
  }

  @Test func whatPeopleSaidOfMetricsHereStays() throws {
    let target = folder.path("target.db")
    let database = try RunDatabase(writingTo: target)
    try PlainConnection(path: target).execute(
      "INSERT INTO metric_rules (word, is_name, goal) VALUES ('odd', 1, 'min')")
    _ = try database.merge(from: source, seenFrom: .unknown, at: StoreFixture.start)
    #expect(
      try StatementReader(readingFrom: target).rows(
        "SELECT word, goal FROM metric_rules ORDER BY word") == [
          ["odd", "min"], ["oddity", "min"],
        ])
  }

  @Test func modelsThatChangedAreThoseOfTheLastChange() throws {
    let target = folder.path("target.db")
    let database = try RunDatabase(writingTo: target)
    let one = folder.path("one.db")
    try RunDatabase(readingFrom: source).exportRun(
      5, to: one, seenFrom: .unknown, at: StoreFixture.start)
    _ = try database.merge(from: one, seenFrom: .unknown, at: StoreFixture.start)
    try PlainConnection(path: source).execute(
      "UPDATE models SET status = 'failed', status_message = 'late', updated_at = 9 WHERE id = 'm-1'"
    )
    _ = try database.merge(from: source, seenFrom: .unknown, at: StoreFixture.start)
    #expect(
      try StatementReader(readingFrom: target).rows(
        "SELECT status, status_message, updated_at FROM models WHERE id = 'm-1'")
        == [["failed", "late", 9]])
  }

  @Test func versionsOfTwoFilesStandSideBySide() throws {
    let target = folder.path("target.db")
    let database = try RunDatabase(writingTo: target)
    try PlainConnection(path: target).execute(
      """
      INSERT INTO registered_models (name, description) VALUES ('classifier', 'of mine');
      INSERT INTO model_versions (registered_model, version, source, created_at)
      VALUES ('classifier', 1, 'mine', 1);
      INSERT INTO model_aliases (registered_model, name, version) VALUES ('classifier', 'champion', 1);
      """)
    func versions() throws -> [[SQLValue]] {
      try StatementReader(readingFrom: target).rows(
        """
        SELECT version.version, version.source, run.uuid, tag.name, alias.name
        FROM model_versions AS version
        LEFT JOIN runs AS run ON run.id = version.run_id
        LEFT JOIN model_version_tags AS tag USING (registered_model, version)
        LEFT JOIN model_aliases AS alias USING (registered_model, version)
        ORDER BY version.version
        """)
    }
    for _ in 1...2 {
      _ = try database.merge(from: source, seenFrom: .unknown, at: StoreFixture.start)
      #expect(
        try versions() == [
          [1, "mine", nil, nil, "champion"], [2, "s3://bucket/m", "aaaa-2", nil, nil],
          [4, "models:/m-1", "aaaa-1", "checked", nil],
        ])
    }
    try PlainConnection(path: source).execute(
      """
      INSERT INTO model_versions (registered_model, version, source, run_id, created_at)
      VALUES ('classifier', 3, 'late', 3, 11)
      """)
    let merged = try database.merge(from: source, seenFrom: .unknown, at: StoreFixture.start)
    #expect(merged.map(\.outcome) == [.updated, .present, .present])
    #expect(try versions()[2] == [3, "late", "aaaa-1", nil, nil])
  }

  /// A number that was once given in either file is not given again.
  @Test func numbersOfVersionsThatAreGoneAreNotGivenAgain() throws {
    let target = folder.path("target.db")
    _ = try RunDatabase(writingTo: target)
    try PlainConnection(path: target).execute(
      """
      INSERT INTO registered_models (name) VALUES ('classifier');
      INSERT INTO model_versions (registered_model, version, source, created_at)
      VALUES ('classifier', 1, 'mine', 1);
      INSERT INTO metadata (name, value) VALUES ('last version of classifier', 9);
      """)
    try PlainConnection(path: source).execute(
      "INSERT INTO metadata (name, value) VALUES ('last version of classifier', 7)")
    func last(_ path: String) throws -> [[SQLValue]] {
      try StatementReader(readingFrom: path).rows(
        "SELECT value FROM metadata WHERE name LIKE 'last version of %'")
    }
    let other = folder.path("other.db")
    for path in [target, other] {
      _ = try RunDatabase(writingTo: path).merge(
        from: source, seenFrom: .unknown, at: StoreFixture.start)
    }
    #expect(try last(target) == [[9]])
    #expect(try last(other) == [[7]])
    // Version 1 of the other file comes behind 9, and 2 is its highest.
    #expect(
      try StatementReader(readingFrom: target).rows(
        "SELECT version FROM model_versions ORDER BY version") == [[1], [2], [12]])
  }

  @Test func aMergedFileKeepsItsUUIDAndABackupHasThatOfTheFile() throws {
    func uuid(_ path: String) throws -> [[SQLValue]] {
      try StatementReader(readingFrom: path).rows("SELECT value FROM metadata WHERE name = 'uuid'")
    }
    let (target, backup) = (folder.path("target.db"), folder.path("backup.db"))
    let database = try RunDatabase(writingTo: target)
    let before = try uuid(target)
    _ = try database.merge(from: source, seenFrom: .unknown, at: StoreFixture.start)
    #expect(try uuid(target) == before)
    #expect(try uuid(source) != before)
    try database.backUp(to: backup)
    #expect(try uuid(backup) == before)
  }

  @Test func severalFilesBecomeANewOne() throws {
    let (second, new) = (folder.path("second.db"), folder.path("new.db"))
    _ = try RunDatabase(writingTo: second).createRun(
      RunDraft(name: "mine", startedAt: StoreFixture.start - 1000))
    func make() throws -> [[MergedRun.Outcome]] {
      try RunDatabase.merge(
        [source, second, source], toNew: new, seenFrom: .unknown, at: StoreFixture.start
      ).map { $0.map(\.outcome) }
    }
    #expect(try make() == [[.added, .added, .added], [.added], [.present, .present, .present]])
    #expect(try RunDatabase(readingFrom: new).run(4).name == "mine")
    let before = try Data(contentsOf: URL(fileURLWithPath: new))
    #expect(throws: RunStoreError.alreadyThere(path: new)) { try make() }
    #expect(try Data(contentsOf: URL(fileURLWithPath: new)) == before)
    try FileManager.default.removeItem(atPath: new)
    try Data("no database".utf8).write(to: URL(fileURLWithPath: second))
    #expect(throws: RunStoreError.notADatabase(path: second)) { try make() }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(names.allSatisfy { !$0.hasPrefix("new.db") })
  }
}
