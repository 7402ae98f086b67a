import Foundation
import TestSupport
import Testing

@testable import RunStore

/// Rows that point to a row which someone removed past the foreign keys keep nobody out, and go only when
/// they are to.
@Suite struct DanglingRowsTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("file.db")
  }

  /// Makes a file of version 1 with rows in every table.
  private func makeFirstVersion() throws {
    let script = try #require(
      Bundle.module.url(
        forResource: "v1_everything", withExtension: "sql", subdirectory: "Fixtures"))
    try PlainConnection(path: path).execute(
      EmbeddedSchema.firstScript + String(contentsOf: script, encoding: .utf8))
  }

  private func removeRows(of parent: String, _ condition: String = "1") throws {
    try PlainConnection(path: path).execute(
      "PRAGMA foreign_keys = OFF; DELETE FROM \(parent) WHERE \(condition)")
  }

  /// The number of rows of each table of a file of any version.
  private func counts(_ path: String) throws -> [String: String] {
    let connection = try PlainConnection(path: path)
    return try (EmbeddedSchema.objects(ofVersion: 1) ?? []).filter { $0.kind == "table" }
      .reduce(into: [:]) {
        $0[$1.name] = try connection.textRows("SELECT COUNT(*) FROM \($1.name)")[0][0]
      }
  }

  private func danglingRows(in database: RunDatabase) throws -> [String] {
    try database.examine(seenFrom: .unknown, at: StoreFixture.start)
      .filter { $0.kind == .danglingRows }.map(\.message)
  }

  @Test(arguments: TestScope.some(["runs", "experiments", "metric_series", "snapshots", "blobs"]))
  func anUpgradeCarriesThemOver(parent: String) throws {
    try makeFirstVersion()
    try removeRows(of: parent, parent == "runs" ? "id = 3" : "1")
    let before = try counts(path)
    let reader = try RunDatabase(readingFrom: path)
    let rows = try #require(
      reader.notices.compactMap { notice -> [String]? in
        guard case .danglingRows(path, let rows) = notice else { return nil }
        return rows
      }.first)
    #expect(rows.contains { $0.hasSuffix("point to no row of \(parent)") })
    #expect(try danglingRows(in: reader) == rows.map { $0 + "." })
    #expect(try reader.run(6).name == "third")

    let database = try RunDatabase(writingTo: path)
    #expect(database.notices == [.danglingRows(path: path, rows: rows)])
    #expect(try counts(path) == before)
    #expect(try counts(path + ".v1") == before)
    #expect(try danglingRows(in: database) == rows.map { $0 + "." })
    let left = try database.repair(seenFrom: .unknown, at: StoreFixture.start)
    #expect(!left.contains { $0.kind == .danglingRows }, "\(left)")
    #expect(try RunDatabase(writingTo: path).notices == [])
  }

  @Test func theRestOfAnOldFileTravels() throws {
    try makeFirstVersion()
    try removeRows(of: "runs", "id = 3")
    let target = try RunDatabase(writingTo: folder.path("target.db"))
    let merged = try target.merge(from: path, seenFrom: .unknown, at: StoreFixture.start)
    #expect(merged.map(\.outcome) == [.added, .added])
    #expect(try danglingRows(in: target) == [])
    try RunDatabase(readingFrom: path).exportRun(
      6, to: folder.path("one.db"), seenFrom: .unknown, at: StoreFixture.start)
  }

  /// They belong to the experiment that is always there, as a repair would have it.
  @Test func runsWhoseExperimentIsGoneTravel() throws {
    let fixture = try StoreFixture()
    try fixture.execute(
      """
      INSERT INTO experiments (id, name) VALUES (2, 'gone');
      UPDATE runs SET experiment_id = 2, status = 'finished';
      INSERT INTO models (id, experiment_id, source_run_id, name) VALUES ('m', 2, 1, 'model');
      """)
    try PlainConnection(path: fixture.path).execute(
      "PRAGMA foreign_keys = OFF; DELETE FROM experiments WHERE id = 2")
    let target = try RunDatabase(writingTo: path)
    for (name, outcome) in [
      ("first", MergedRun.Outcome.added), ("first", .present), ("b", .updated),
    ] {
      try fixture.execute("UPDATE runs SET name = '\(name)' WHERE name <> '\(name)'")
      let merged = try target.merge(from: fixture.path, seenFrom: .unknown, at: .distantFuture)
      #expect(merged.map(\.outcome) == [outcome])
      #expect(try target.run(1).experiment == "default")
      #expect(try target.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
    }
    try RunDatabase(readingFrom: fixture.path).exportRun(
      1, to: folder.path("one.db"), seenFrom: .unknown, at: .distantFuture)
    _ = try fixture.database.repair(seenFrom: .unknown, at: StoreFixture.start)
    let merged = try target.merge(from: fixture.path, seenFrom: .unknown, at: .distantFuture)
    #expect(merged.map(\.outcome) == [.present])
  }

  /// Each table of the newest version to which others point.
  private static var parents: [String] {
    get throws {
      let folder = try TemporaryFolder()
      _ = try RunDatabase(writingTo: folder.path("fresh.db"))
      return try StatementReader(readingFrom: folder.path("fresh.db")).rows(
        """
        SELECT DISTINCT key."table"
        FROM sqlite_schema AS entry
        JOIN pragma_foreign_key_list(entry.name) AS key
        WHERE entry.type = 'table'
        ORDER BY key."table"
        """
      ).compactMap { $0[0].text }
    }
  }

  @Test(.slow) func aFileOfThisVersionIsReadAndMended() throws {
    let parents = try Self.parents
    #expect(parents.count > 6)
    for parent in parents {
      for side in [""] + DraftFile.sideFiles { unlink(path + side) }
      try Everything.make(path)
      let all = try RunDatabase(writingTo: path).runs(seenFrom: .unknown, at: StoreFixture.start)
      try removeRows(of: parent)
      let database = try RunDatabase(writingTo: path)
      let found = try danglingRows(in: RunDatabase(readingFrom: path))
      #expect(found.contains { $0.hasSuffix("no row of \(parent).") }, "\(parent): \(found)")
      let listed = try database.runs(seenFrom: .unknown, at: StoreFixture.start)
      if parent != "runs" {
        #expect(try database.run(3).id == 3)
        #expect(listed.map(\.id) == all.map(\.id) && !all.isEmpty)
      }
      let left = try database.repair(seenFrom: .unknown, at: StoreFixture.start)
      #expect(!left.contains { $0.kind == .danglingRows }, "\(parent): \(left)")
    }
  }

  @Test func whatOthersKeepIsTheirs() throws {
    let fixture = try StoreFixture()
    try fixture.execute(
      """
      PRAGMA foreign_keys = OFF;
      CREATE TABLE theirs (run INTEGER REFERENCES runs (id));
      INSERT INTO theirs VALUES (9);
      """)
    #expect(try danglingRows(in: fixture.database) == [])
  }

  @Test func aForeignKeyOfOthersThatFitsNoKeyIsNamed() throws {
    let fixture = try StoreFixture()
    try fixture.execute("CREATE TABLE theirs (run TEXT REFERENCES runs (name))")
    let found = try fixture.database.examine(seenFrom: .unknown, at: StoreFixture.start)
    #expect(found.map(\.kind) == [.foreignKey])
    #expect(found.first?.message.contains("The table theirs") == true)
    #expect(
      throws: RunStoreError.unfitForeignKey(
        path: fixture.path, detail: "foreign key mismatch - \"theirs\" referencing \"runs\"")
    ) {
      try fixture.database.createRun(RunDraft(name: "second", startedAt: StoreFixture.start))
    }
  }
}
