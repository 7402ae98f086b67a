import Foundation
import TestSupport
import Testing

@testable import RunStore

/// Files of all released versions open, and become files of the newest version.
@Suite struct MigrationTests {
  /// A file of the first released schema, with two runs.
  private func firstVersion(in folder: TemporaryFolder) throws -> String {
    let script = try #require(
      Bundle.module.url(forResource: "v1", withExtension: "sql", subdirectory: "Fixtures"))
    let path = folder.path("v1.db")
    try PlainConnection(path: path).execute(try String(contentsOf: script, encoding: .utf8))
    return path
  }

  @Test func theFirstVersionBecomesTheNewest() throws {
    let folder = try TemporaryFolder()
    let path = try firstVersion(in: folder)
    let fresh = folder.path("fresh.db")
    _ = try RunDatabase(writingTo: fresh)
    let database = try RunDatabase(writingTo: path)
    #expect(
      try database.runs(seenFrom: .unknown, at: Date()).map(\.name) == ["convolution", "adaline"])
    #expect(try database.metricSummaries(ofRun: 1).first { $0.name == "train/loss" }?.count == 2)
    #expect(try database.examine(seenFrom: .unknown, at: Date()) == [])
    #expect(try contract(of: path) == contract(of: fresh))
  }

  @Test func aCopyIsKeptBesideAFileThatChanges() throws {
    let folder = try TemporaryFolder()
    let path = try firstVersion(in: folder)
    let step = SchemaUpgrade.Step(version: 3, sql: "ALTER TABLE runs ADD COLUMN mood TEXT")
    let before = try RunDatabase(readingFrom: path).digest(ofRun: 1)
    _ = try RunDatabase(writingTo: path, upgrade: SchemaUpgrade(path: path, steps: [step]))
    let copy = try RunDatabase(readingFrom: path + ".v1")
    #expect(try copy.digest(ofRun: 1) == before)
    #expect(!FileManager.default.fileExists(atPath: path + ".v1.part"))
  }

  /// Tables, views, triggers and indexes with their columns.
  private func contract(of path: String) throws -> [[SQLValue]] {
    try StatementReader(readingFrom: path).rows(
      """
      SELECT entry.type, entry.name, column.name, column.type, column."notnull", column.pk
      FROM sqlite_schema AS entry
      LEFT JOIN pragma_table_info(entry.name) AS column
      WHERE entry.name NOT LIKE 'sqlite_%'
      ORDER BY entry.type, entry.name, column.cid
      """)
  }
}
