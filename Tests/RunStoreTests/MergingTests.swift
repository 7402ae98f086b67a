import Foundation
import TestSupport
import Testing

@testable import RunStore

/// Runs travel between files and stay what they are.
@Suite struct MergingTests {
  /// A file with two runs that hold something of every kind.
  private func filled() throws -> StoreFixture {
    let fixture = try StoreFixture()
    var draft = RunDraft(
      name: "second", startedAt: StoreFixture.start, experiment: "other",
      parameters: ["lr": 0.1, "text": "ä\u{0}b", "none": nil], tags: ["good": ""],
      environment: ["cpu": "fast"],
      layers: [
        LayerRecord(
          position: 0, name: "fc1", kind: "linear", inputShape: [1, 2], outputShape: [1, 1],
          weightShape: [1, 2], weightCount: 2, biasCount: 1, macs: 2)
      ])
    draft.parentRun = fixture.run
    let run = try fixture.database.createRun(draft).id
    let tensors = [TensorRecord(name: "w", shape: [2], values: [.nan, -0.0])]
    for id in [fixture.run, run] {
      try fixture.database.record(
        RunBatch(
          time: StoreFixture.start,
          metrics: [
            MetricPoint(name: "loss", step: 1, epoch: 1, value: .nan),
            MetricPoint(name: "loss", step: 2, epoch: 1, value: .infinity),
          ],
          histograms: [
            HistogramRecord(
              epoch: 1, layer: "fc1", quantity: .weight, lower: 0, upper: 1, counts: [1, 2])
          ],
          checkpoint: CheckpointRecord(
            weights: SnapshotRecord(epoch: 1, step: 2, tensors: tensors),
            optimizer: SnapshotRecord(epoch: 1, step: 2, kind: .optimizer, tensors: tensors),
            state: "{}"),
          alerts: [
            AlertRecord(time: StoreFixture.start, level: .info, kind: "k", message: "m")
          ], predictions: [PredictionRecord(row: 0, inputs: [1, -1], target: 1, sum: 0.5)],
          artifacts: [ArtifactRecord(name: "a", mediaType: "text/csv", data: Data([1]))]), run: id)
      try fixture.database.finishRun(id, status: .finished, at: StoreFixture.start)
    }
    return fixture
  }

  private func merge(_ path: String, into database: RunDatabase) throws -> [MergedRun.Outcome] {
    try database.merge(from: path, seenFrom: .unknown, at: StoreFixture.start).map(\.outcome)
  }

  @Test func mergedRunsAreEqualAndMergingAgainChangesNothing() throws {
    let fixture = try filled()
    let target = try RunDatabase(writingTo: fixture.folder.path("target.db"))
    _ = try target.createRun(RunDraft(name: "mine", startedAt: StoreFixture.start))
    #expect(try merge(fixture.path, into: target) == [.added, .added])
    for run in 1...2 {
      #expect(try target.digest(ofRun: run + 1) == fixture.database.digest(ofRun: run))
    }
    #expect(try target.run(3).parentRun == 2)
    let before = try Data(contentsOf: URL(fileURLWithPath: target.path))
    #expect(try merge(fixture.path, into: target) == [.present, .present])
    #expect(try Data(contentsOf: URL(fileURLWithPath: target.path)) == before)
    #expect(try target.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
  }

  @Test func aRunTravelsThroughAFileOfItsOwn() throws {
    let fixture = try filled()
    let path = fixture.folder.path("one.db")
    try fixture.database.exportRun(2, to: path, seenFrom: .unknown, at: StoreFixture.start)
    let one = try RunDatabase(readingFrom: path)
    #expect(try one.runs(seenFrom: .unknown, at: Date()).map(\.name) == ["second"])
    #expect(try one.digest(ofRun: 1) == fixture.database.digest(ofRun: 2))
    #expect(throws: RunStoreError.alreadyThere(path: path)) {
      try fixture.database.exportRun(2, to: path, seenFrom: .unknown, at: StoreFixture.start)
    }
    let back = try RunDatabase(writingTo: fixture.folder.path("back.db"))
    #expect(try merge(path, into: back) == [.added])
    #expect(try back.digest(ofRun: 1) == fixture.database.digest(ofRun: 2))
  }

  @Test func anExportThatFailsLeavesNothing() throws {
    let fixture = try filled()
    // A tensor of content that is not there cannot be copied.
    try fixture.execute("PRAGMA foreign_keys = OFF; UPDATE tensors SET blob_hash = 'none'")
    let before = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.url.path)
    #expect(throws: RunStoreError.self) {
      try fixture.database.exportRun(
        2, to: fixture.folder.path("one.db"), seenFrom: .unknown, at: StoreFixture.start)
    }
    let after = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.url.path)
    #expect(Set(after) == Set(before))
    let nowhere = fixture.folder.path("nowhere/one.db")
    let error = #expect(throws: RunStoreError.self) {
      try fixture.database.exportRun(2, to: nowhere, seenFrom: .unknown, at: StoreFixture.start)
    }
    #expect(error?.localizedDescription.contains("'\(nowhere)'") == true)
  }

  @Test func aFileThatWasRemovedTakesNoRuns() throws {
    let fixture = try filled()
    let path = fixture.folder.path("target.db")
    let target = try RunDatabase(writingTo: path)
    try FileManager.default.removeItem(atPath: path)
    #expect(throws: RunStoreError.vanished(path: path)) { try merge(fixture.path, into: target) }
  }

  @Test func runningRunsAndTheSameFileAreLeftOut() throws {
    let fixture = try StoreFixture()
    let target = try RunDatabase(writingTo: fixture.folder.path("target.db"))
    #expect(try merge(fixture.path, into: target) == [.running])
    #expect(throws: RunStoreError.mergesItself(path: fixture.path)) {
      try merge(fixture.path, into: fixture.database)
    }
  }

  @Test func aFileIsNotMergedWithItselfByAnotherName() throws {
    let fixture = try StoreFixture()
    let (hard, soft) = (fixture.folder.path("hard.db"), fixture.folder.path("soft.db"))
    try FileManager.default.createSymbolicLink(atPath: soft, withDestinationPath: fixture.path)
    #expect(RunDatabase.nameCount(ofFileAt: soft) == 1)
    try FileManager.default.linkItem(atPath: fixture.path, toPath: hard)
    #expect(RunDatabase.nameCount(ofFileAt: hard) == 2)
    #expect(RunDatabase.nameCount(ofFileAt: fixture.folder.path("none.db")) == nil)
    for name in [hard, soft] {
      #expect(throws: RunStoreError.mergesItself(path: fixture.path)) {
        try merge(name, into: fixture.database)
      }
    }
  }

  @Test func everyColumnCountsInTheDigestAndTravels() throws {
    // A column that is added later must be copied and compared too.
    let statements =
      RunMerging.preparations + [RunMerging.runInsertion] + RunMerging.content + RunMerging.kept
      + RunMerging.histograms + RunMerging.edits
    let fixture = try filled()
    let columns = try fixture.rows(
      """
      SELECT entry.name, column.name
      FROM sqlite_schema AS entry
      JOIN pragma_table_info(entry.name) AS column
      WHERE entry.type = 'table'
        AND column.name <> 'id'
        -- What belongs to the file and not to a run, who is at work on a run, and content, which is checked.
        AND entry.name NOT IN (
          'metadata', 'removed_runs', 'metric_names', 'blobs', 'blob_chunks')
        AND (entry.name, column.name) NOT IN (VALUES ('runs', 'change'), ('runs', 'owner'))
      """)
    for row in columns {
      let (table, column) = (row[0].text ?? "", row[1].text ?? "")
      let copies = statements.filter {
        $0.contains("INSERT INTO main.\(table) (") || $0.contains("UPDATE main.\(table)")
      }
      #expect(copies.contains { $0.contains(column) }, "\(table).\(column) is not copied")
    }
  }

  @Test func statementsThatDifferInOneColumnDifferInTheirDigest() throws {
    let fixture = try filled()
    let before = try fixture.database.digest(ofRun: 2)
    for change in [
      "UPDATE params SET value = 0.2 WHERE name = 'lr'",
      "UPDATE metric_points SET recorded_at = 1 WHERE step = 1", "UPDATE alerts SET message = 'n'",
      "UPDATE predictions SET s = 0.25", "UPDATE layers SET macs = 3",
      "UPDATE params SET text = '0.10' WHERE name = 'lr'", "UPDATE runs SET exit_code = 1",
      "UPDATE runs SET note = 'n'", "UPDATE runs SET deleted_at = 1", "DELETE FROM tags",
      "UPDATE experiments SET name = 'another' WHERE name = 'other'",
    ] {
      let path = fixture.folder.path("\(UUID().uuidString).db")
      try fixture.database.backUp(to: path)
      try PlainConnection(path: path).execute(change)
      #expect(try RunDatabase(readingFrom: path).digest(ofRun: 2) != before, "\(change)")
    }
  }

  @Test func whatIsNoPartOfARunIsNotInItsDigest() throws {
    let fixture = try filled()
    let before = try fixture.database.digest(ofRun: 2)
    for change in [
      "UPDATE runs SET heartbeat_at = 1, heartbeat_seconds = 2, owner = 'o', parent_run_id = NULL",
      "UPDATE metadata SET value = 77 WHERE name = 'change'",
      "INSERT INTO environment (run_id, name, value) VALUES (2, 'exec.taken_by', 5)",
      "DELETE FROM snapshots", "DELETE FROM histograms", "DELETE FROM artifacts",
      "UPDATE metric_series SET last_value = 8, disorder = 3",
    ] {
      try fixture.execute(change)
      #expect(try fixture.database.digest(ofRun: 2) == before, "\(change)")
    }
    try fixture.execute("UPDATE params SET value = 1 WHERE name = 'lr'")
    let whole = try fixture.database.digest(ofRun: 2)
    try fixture.execute("UPDATE params SET value = 1.0 WHERE name = 'lr'")
    #expect(try fixture.database.digest(ofRun: 2) == whole)
  }
}
