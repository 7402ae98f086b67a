import Foundation
import TestSupport
import Testing

@testable import RunStore

/// What is found wrong and can be mended is mended, and nothing else changes.
@Suite struct RepairTests {
  private func filled() throws -> StoreFixture {
    let fixture = try StoreFixture()
    try fixture.database.record(
      RunBatch(
        time: StoreFixture.start, metrics: [MetricPoint(name: "loss", step: 1, value: 2)],
        histograms: [
          HistogramRecord(
            epoch: 0, layer: "a", quantity: .weight, lower: 0, upper: 1, counts: [1, 2])
        ],
        snapshots: [
          SnapshotRecord(epoch: 0, tensors: [TensorRecord(name: "w", shape: [1], values: [1])])
        ]), run: fixture.run)
    try fixture.database.finishRun(fixture.run, status: .finished, at: StoreFixture.start)
    return fixture
  }

  @Test(
    arguments: TestScope.some([
      (Finding.Kind.summary, "UPDATE metric_series SET max_value = 7"),
      (.histogram, "UPDATE histograms SET count = 4"),
      (.danglingRows, "PRAGMA foreign_keys = OFF; INSERT INTO tags (run_id, name) VALUES (9, 'x')"),
      (
        .danglingRows,
        """
        PRAGMA foreign_keys = OFF;
        INSERT INTO metric_points (series_id, step) VALUES (9, 1);
        """
      ),
      (
        .unusedBlob,
        "INSERT INTO blobs (hash, data, byte_count) VALUES (lower(hex(zeroblob(32))), x'00', 1)"
      ),
      (
        .staleRun,
        "INSERT INTO runs (name, started_at, heartbeat_at, heartbeat_seconds) VALUES ('s', 0, 0, 20)"
      ),
      (
        .index,
        """
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = replace(sql, '(name)', '(note)') WHERE name = 'runs_by_name';
        """
      ),
      (.schema, "DROP INDEX alerts_by_run"),
      (.schema, "DROP INDEX alerts_by_run; CREATE INDEX alerts_by_run ON alerts (kind)"),
      (.schema, "DROP INDEX alerts_by_run; DROP VIEW run_summary; DROP TRIGGER runs_end"),
    ]))
  func eachFaultIsFoundAndMended(kind: Finding.Kind, sql: String) throws {
    let fixture = try filled()
    let before = try fixture.database.digest(ofRun: fixture.run)
    try fixture.execute(sql)
    let database = try RunDatabase(writingTo: fixture.path)
    let found = try database.examine(seenFrom: .unknown, at: Date())
    #expect(found.contains { $0.kind == kind }, "\(found)")
    #expect(try database.repair(seenFrom: .unknown, at: Date()) == [])
    #expect(try database.digest(ofRun: fixture.run) == before)
  }

  @Test func contentThatIsLostStaysReported() throws {
    let fixture = try filled()
    try fixture.execute("UPDATE blobs SET data = x'00000000'")
    let left = try fixture.database.repair(seenFrom: .unknown, at: Date())
    #expect(left.map(\.kind) == [.blobContent])
    #expect(left.first?.message.contains("(w of run 1 after epoch 0)") == true)
  }

  @Test(
    arguments: TestScope.some([
      ("DROP INDEX runs_by_name", "The index runs_by_name is missing."),
      ("DROP VIEW epoch_losses", "The view epoch_losses is missing."),
      ("DROP VIEW metric_series_recomputed", "The view metric_series_recomputed is missing."),
      ("DROP TRIGGER metrics_insert", "The trigger metrics_insert is missing."),
      ("DROP TABLE alerts", "The table alerts is missing."),
      ("ALTER TABLE tags ADD COLUMN mood TEXT", "The table tags is not as this version makes it."),
      (
        "DROP VIEW layer_table; CREATE VIEW layer_table AS SELECT 1 AS run_id",
        "The view layer_table is not as this version makes it."
      ),
    ]))
  func whatTheSchemaLacksIsFound(sql: String, message: String) throws {
    let fixture = try filled()
    try fixture.execute(sql)
    let found = try RunDatabase(readingFrom: fixture.path)
      .examine(seenFrom: .unknown, at: StoreFixture.start)
    #expect(found.contains { $0.message == message }, "\(found)")
    #expect(found.allSatisfy { [.schema, .table, .index].contains($0.kind) }, "\(found)")
  }

  @Test func commentsWhiteSpaceAndOtherTablesAreNoFault() throws {
    let fixture = try filled()
    try fixture.execute(
      """
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema
      SET sql = replace(
        replace(sql, 'TEXT', '  TEXT -- it''s' || char(10)), 'TABLE tags', 'TABLE "tags"')
      WHERE name IN ('tags', 'alerts');
      CREATE TABLE mine (a);
      CREATE VIEW yours AS SELECT a FROM mine;
      """)
    let found = try RunDatabase(readingFrom: fixture.path)
      .examine(seenFrom: .unknown, at: StoreFixture.start)
    #expect(found == [])
  }

  @Test func aTableThatIsLostStaysReportedAndTheRestIsMended() throws {
    let fixture = try filled()
    try fixture.execute("DROP TABLE alerts; DROP INDEX runs_by_name; DROP VIEW epoch_losses")
    let left = try RunDatabase(mending: fixture.path).repair(seenFrom: .unknown, at: Date())
    #expect(
      left.map(\.message) == [
        "The table alerts is missing.", "The index alerts_by_run is missing.",
        "The trigger alerts_checked_insert is missing.",
        "The trigger alerts_checked_update is missing.", "The trigger alerts_inserted is missing.",
        "The trigger alerts_updated is missing.", "The trigger alerts_deleted is missing.",
      ])
  }

  @Test func copiesGetTheNextFreeNumber() throws {
    let fixture = try filled()
    #expect(try fixture.database.backUpBeside() == fixture.path + ".backup-1")
    #expect(try fixture.database.backUpBeside() == fixture.path + ".backup-2")
  }

  @Test func aBackupIsMadeWhileOthersWrite() async throws {
    let fixture = try filled()
    let path = fixture.folder.path("backup.db")
    async let writing: Void = {
      for step in 2..<200 { try fixture.record([MetricPoint(name: "loss", step: step, value: 1)]) }
    }()
    try RunDatabase(readingFrom: fixture.path).backUp(to: path)
    try await writing
    let backup = try RunDatabase(readingFrom: path)
    #expect(try backup.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
    #expect(try fixture.rows("SELECT COUNT(*) FROM metric_points") == [[199]])
  }

  static let extremes: [Int64] = [
    .min, -1, 0, 1, 1_700_000_000_000, 4_000_000_000_000, .max - 1, .max,
  ]

  /// A run with the oddest signs of life is found and mended, and can be gone on with.
  @Test(.slow, arguments: extremes) func extremeSignsOfLifeAreNamedAndMended(heartbeat: Int64)
    throws
  {
    let now = Date(milliseconds: 1_800_000_000_000)
    for (promise, start, idle) in [
      (Int64.max, Int64(0), Int64(0)), (1, .min, .max), (86_400, .max, .min), (86_401, 5, 7),
    ] {
      let fixture = try filled()
      try fixture.execute(
        """
        DROP TRIGGER runs_inserted;
        INSERT INTO runs (id, started_at, heartbeat_at, heartbeat_seconds, idle_milliseconds)
        VALUES (9, \(start == .min ? "-9223372036854775807 - 1" : "\(start)"),
          \(heartbeat == .min ? "-9223372036854775807 - 1" : "\(heartbeat)"), \(promise),
          \(idle == .min ? "-9223372036854775807 - 1" : "\(idle)"));
        """)
      let database = try RunDatabase(writingTo: fixture.path)
      let found = try database.examine(seenFrom: .unknown, at: now)
      #expect(found.contains { $0.kind == .staleRun }, "\(found)")
      #expect(found.contains { $0.kind == .signsOfLife } == (promise > 86_400), "\(found)")
      #expect(try database.repair(seenFrom: .unknown, at: now) == [])
      let ended = try fixture.rows("SELECT ended_at FROM runs WHERE id = 9")[0][0].integer ?? 0
      #expect(ended <= now.milliseconds || start == .max)
      _ = try database.runs(seenFrom: .unknown, at: now).map(\.seconds)
      _ = try database.reopenRun(
        9, at: .start,
        by: RunProcess(
          machine: Machine(host: "h", bootID: nil, isProcessAlive: { _ in true }), pid: 1,
          version: "1"), time: now)
      #expect(try database.run(9).status == .running)
    }
  }

  @Test(arguments: [4_000_000_000_000, Int64.max])
  func aSignOfLifeFromTheFutureIsNamedAndMended(heartbeat: Int64) throws {
    let now = Date(milliseconds: 1_800_000_000_000)
    let fixture = try filled()
    try fixture.execute("INSERT INTO runs (id, heartbeat_at) VALUES (9, \(heartbeat))")
    let found = try fixture.database.examine(seenFrom: .unknown, at: now)
    #expect(found.map(\.kind) == [.signsOfLife], "\(found)")
    #expect(try fixture.database.repair(seenFrom: .unknown, at: now) == [])
    #expect(try fixture.database.run(9).heartbeatAt == now)
    #expect(try fixture.database.run(9).status == .running)
  }

  @Test(arguments: [
    ("9223372036854775807", "is at its end"), ("'many'", "is missing or no number"),
    ("-1", "is behind the changes of runs"),
  ])
  func aCounterThatCountsNoMoreIsNamedAndMended(value: String, words: String) throws {
    let fixture = try StoreFixture()
    try fixture.execute(
      """
      INSERT INTO runs (name) VALUES ('gone');
      DELETE FROM runs WHERE name = 'gone';
      UPDATE metadata SET value = \(value) WHERE name = 'change';
      """)
    if value.count > 10 { try fixture.execute("UPDATE runs SET note = 'at the end'") }
    let found = try fixture.database.examine(seenFrom: .unknown, at: StoreFixture.start)
      .filter { $0.kind == .counter }
    #expect(found.count == 1 && found[0].message.contains(words), "\(found)")
    let left = try fixture.database.repair(seenFrom: .unknown, at: StoreFixture.start)
    #expect(!left.contains { $0.kind == .counter }, "\(left)")
    func numbers() throws -> [Int64] {
      try fixture.rows(
        """
        SELECT value FROM metadata WHERE name = 'change'
        UNION ALL
        SELECT change FROM runs
        UNION ALL
        SELECT change FROM removed_runs
        """
      ).compactMap { $0[0].integer }
    }
    let before = try numbers()
    #expect(before.count == 3 && before[0] == before.max() && before[0] < 1 << 40, "\(before)")
    try fixture.execute("UPDATE runs SET note = 'later'")
    #expect(try numbers()[1] > before[0])
  }

  @Test func aCounterIsMendedWhereItIsMissing() throws {
    let fixture = try StoreFixture()
    try fixture.execute("DELETE FROM metadata WHERE name = 'change'")
    let found = try fixture.database.examine(seenFrom: .unknown, at: StoreFixture.start)
    #expect(found.contains { $0.kind == .counter }, "\(found)")
    let left = try fixture.database.repair(seenFrom: .unknown, at: StoreFixture.start)
    #expect(!left.contains { $0.kind == .counter }, "\(left)")
  }

  @Test func aTensorThatDoesNotFitItsShapeIsNamed() throws {
    let fixture = try StoreFixture()
    let tensors = ["a", "b", "c"].map { TensorRecord(name: $0, shape: [2, 1], values: [1, 2]) }
    try fixture.database.record(
      RunBatch(
        time: StoreFixture.start, snapshots: [SnapshotRecord(epoch: 3, tensors: tensors)]),
      run: fixture.run)
    try fixture.database.finishRun(fixture.run, status: .finished, at: StoreFixture.start)
    func found() throws -> [Finding] {
      try fixture.database.examine(seenFrom: .unknown, at: StoreFixture.start)
    }
    try fixture.execute("UPDATE tensors SET dtype = 'int64', shape = '[]' WHERE name = 'a'")
    #expect(try found() == [])
    try fixture.execute("UPDATE tensors SET shape = '[3]' WHERE name = 'b'")
    try fixture.execute(
      "UPDATE tensors SET shape = '[9223372036854775807,4]' WHERE name = 'c'")
    #expect(try found().map(\.kind) == [.tensor, .tensor])
    #expect(
      try found().first?.message
        == "The tensor b of run 1 after epoch 3 has 8 bytes, which its shape [3] does not ask for.")
  }

  @Test func aPromiseOfMoreThanADayIsRefused() throws {
    let fixture = try filled()
    for sql in [
      "INSERT INTO runs (heartbeat_seconds) VALUES (86401)",
      "UPDATE runs SET heartbeat_seconds = 9223372036854775807",
    ] {
      let error = #expect(throws: (any Error).self) { try fixture.execute(sql) }
      #expect("\(error as Any)".contains("heartbeat_seconds is at most a day"))
    }
  }
}
