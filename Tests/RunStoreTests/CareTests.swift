import Foundation
import Testing

@testable import RunStore

/// Findings of damage, and backups.
@Suite struct CareTests {
  private func filled() throws -> StoreFixture {
    let fixture = try StoreFixture()
    try fixture.database.record(
      RunBatch(
        time: StoreFixture.start,
        metrics: [
          MetricPoint(name: "loss", step: 1, value: .nan),
          MetricPoint(name: "loss", step: 2, value: .infinity),
        ],
        snapshots: [
          SnapshotRecord(epoch: 0, tensors: [TensorRecord(name: "w", shape: [1], values: [1])])
        ]), run: fixture.run)
    return fixture
  }

  @Test func aHealthyFileHasNoFindings() throws {
    #expect(try filled().database.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
  }

  @Test func eachKindOfDamageIsFound() throws {
    let fixture = try filled()
    try fixture.execute(
      """
      PRAGMA foreign_keys = OFF;
      UPDATE metric_series SET max_value = 7;
      UPDATE blobs SET data = x'00000000';
      INSERT INTO tags (run_id, name) VALUES (9, 'lost');
      """)
    let findings = try fixture.database.examine(seenFrom: .unknown, at: StoreFixture.start)
    #expect(findings.count == 3)
    #expect(findings[0].message == "1 rows of tags point to no row of runs.")
    #expect(
      findings[1].message == "The summary of the metric loss of run 1 differs from its points.")
    #expect(findings[2].message.hasPrefix("The content of the blob "))
  }

  @Test func aBackupHoldsTheSame() throws {
    let fixture = try filled()
    let path = fixture.folder.path("backup.db")
    try fixture.database.backUp(to: path)
    let backup = try RunDatabase(readingFrom: path)
    #expect(try backup.run(fixture.run) == fixture.database.run(fixture.run))
    #expect(try backup.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
    #expect(throws: RunStoreError.alreadyThere(path: path)) {
      try fixture.database.backUp(to: path)
    }
  }
}
