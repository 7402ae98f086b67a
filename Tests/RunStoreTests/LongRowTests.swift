import Foundation
import TestSupport
import Testing

@testable import RunStore

/// Rows that are longer than any of ours, and names that keep the file locked.
@Suite struct LongRowTests {
  /// A file with two runs that have ended.
  private func filled() throws -> StoreFixture {
    let fixture = try StoreFixture()
    try fixture.record([MetricPoint(name: "loss", step: 1, value: 2)])
    _ = try fixture.database.createRun(RunDraft(name: "other", startedAt: StoreFixture.start))
    for run in 1...2 {
      try fixture.database.finishRun(run, status: .finished, at: StoreFixture.start)
    }
    return fixture
  }

  private func merge(_ fixture: StoreFixture) throws -> [MergedRun] {
    try RunDatabase(writingTo: fixture.folder.path("target.db"))
      .merge(from: fixture.path, seenFrom: .unknown, at: StoreFixture.start)
  }

  @Test(
    arguments: TestScope.some([
      (
        "params", "INSERT INTO params (run_id, name, value) VALUES (1, 'a', hex(zeroblob(8000001)))"
      ),
      ("runs", "UPDATE runs SET note = hex(zeroblob(8000001)) WHERE id = 1"),
      (
        "output_lines",
        "INSERT INTO output_lines (run_id, line, text) VALUES (1, 1, hex(zeroblob(8000001)))"
      ),
    ]))
  func aRunWithALongRowStaysWhereItIs(table: String, sql: String) throws {
    let fixture = try filled()
    try fixture.execute(sql)
    let merged = try merge(fixture)
    #expect(merged.map(\.outcome) == [.damaged, .added])
    #expect(merged[0].details == ["a row of \(table) has more than 16 MB"])
    #expect(throws: RunStoreError.self) {
      try fixture.database.exportRun(
        1, to: fixture.folder.path("run.db"), seenFrom: .unknown, at: StoreFixture.start)
    }
    #expect(!FileManager.default.fileExists(atPath: fixture.folder.path("run.db")))
  }

  @Test(.slow) func manyBinsCrossAndAreCounted() throws {
    let fixture = try filled()
    let bins =
      "'[7' || replace(hex(zeroblob(850000)), '00', ',\(String(repeating: " ", count: 18))0') || ']'"
    try fixture.execute(
      """
      INSERT INTO histograms (run_id, layer, lower, upper, counts, count)
      VALUES (1, 'a', 0, 1, \(bins), 7);
      """)
    #expect(try merge(fixture).map(\.outcome) == [.added, .added])
    let target = try StatementReader(readingFrom: fixture.folder.path("target.db"))
    #expect(
      try target.rows(
        "SELECT length(counts), run.change > 0 FROM histograms JOIN runs AS run ON run.id = run_id")
        == [[17_000_003, 1]])
  }

  /// Triggers refuse them where rows come one by one.
  @Test(arguments: [
    ("count = NULL", "the count of the histogram 1 of a is missing"),
    (
      "quantity = 'odd'",
      "the quantity of the histogram 1 of a is not weight, gradient, activation or NULL"
    ),
  ])
  func histogramsThatTriggersRefuseDoNotCross(change: String, words: String) throws {
    let fixture = try filled()
    try fixture.execute(
      """
      INSERT INTO histograms (run_id, layer, lower, upper, counts, count)
      VALUES (1, 'a', 0, 1, '[7]', 7);
      DROP TRIGGER histograms_checked_update;
      DROP TRIGGER histograms_counted_update;
      UPDATE histograms SET \(change);
      """)
    #expect(
      try fixture.database.examine(seenFrom: .unknown, at: StoreFixture.start)
        .contains { $0.kind == .malformedRow && $0.message == "In run 1, \(words)." })
    let merged = try merge(fixture)
    #expect(merged.map(\.outcome) == [.damaged, .added])
    #expect(merged[0].details == [words])
  }

  @Test func aMetricOfALongNameIsRefusedWhereverItComesFrom() throws {
    let fixture = try filled()
    let fits = String(repeating: "é", count: 1_000)
    try fixture.record([MetricPoint(name: fits, step: 1, value: 2)])
    let error = #expect(throws: RunStoreError.self) {
      try fixture.record([MetricPoint(name: fits + "n", step: 1, value: 2)])
    }
    #expect(error?.errorDescription?.contains("has 1001 characters; 1000 are the most") == true)
    try fixture.execute(
      "INSERT INTO metrics (run_id, name, step, value) VALUES (2, hex(zeroblob(501)), 1, 2)")
    let words = "the name of the metric \(String(repeating: "0", count: 40))…"
    #expect(
      try fixture.database.examine(seenFrom: .unknown, at: StoreFixture.start).map(\.message)
        == ["In run 2, \(words) has more than 1000 characters."])
    #expect(try merge(fixture).map(\.outcome) == [.added, .damaged])
  }

  // MARK: Files that others use

  @Test func aFileThatIsBeingWrittenIsMerged() throws {
    let fixture = try filled()
    let writer = try PlainConnection(path: fixture.path)
    try writer.execute("BEGIN IMMEDIATE")
    #expect(try merge(fixture).map(\.outcome) == [.added, .added])
    try writer.execute("COMMIT")
  }

  /// SQLite waits for the end of all readers of a file with a journal before it ends a transaction that
  /// could have written there: here that is this program itself.
  @Test func aFileWithAJournalGivesLargeContent() throws {
    let fixture = try filled()
    try fixture.database.record(
      RunBatch(
        time: StoreFixture.start,
        artifacts: [
          ArtifactRecord(name: "a", mediaType: "x/y", data: Data(count: 6_000_000))
        ]), run: 1)
    let copy = fixture.folder.path("copy.db")
    try fixture.execute("VACUUM INTO '\(copy)'")
    let alone = fixture.folder.path("alone.db")
    try RunDatabase(readingFrom: copy)
      .exportRun(1, to: alone, seenFrom: .unknown, at: StoreFixture.start)
    #expect(
      try RunDatabase(readingFrom: alone).artifacts(ofRun: 1).map(\.data.count) == [6_000_000])
  }
}
