import Foundation
import TestSupport
import Testing

@testable import RunStore

/// What the triggers of the schema refuse, though its tables would take it.
@Suite struct RefusedRowTests {
  static let refused: [(sql: String, words: String)] = [
    ("INSERT INTO snapshots (run_id, step) VALUES (1, 5)", "epoch is how many epochs"),
    ("UPDATE snapshots SET epoch = NULL", "epoch is how many epochs"),
    (
      "INSERT INTO checkpoints (run_id, weights_id, state) VALUES (1, 1, '{}')",
      "epoch is how many epochs"
    ),
    (
      """
      INSERT INTO layers (run_id, position, name, kind, output_shape)
      VALUES (1, 9, 'fc', 'linear', '[1,10]')
      """, "input_shape, output_shape and macs are to be there"
    ),
    ("UPDATE layers SET macs = NULL", "macs are to be there"),
    ("UPDATE tensors SET blob_hash = NULL", "blob_hash is to be there"),
    ("UPDATE histograms SET count = NULL", "count is to be there"),
    (
      "INSERT INTO blobs (hash, byte_count) VALUES (printf('%064d', 1), 5)",
      "the bytes stand in data or"
    ),
    ("UPDATE blobs SET data = NULL, content = NULL", "the bytes stand in data or"),
  ]

  @Test(arguments: TestScope.some(refused)) func aRowThatLacksWhatIsReadIsRefused(
    sql: String, words: String
  ) throws {
    let folder = try TemporaryFolder()
    try Everything.make(folder.path("all.db"))
    let connection = try PlainConnection(path: folder.path("all.db"))
    let error = #expect(throws: PlainConnection.Failure.self) { try connection.execute(sql) }
    #expect(error?.message.contains(words) == true, "\(String(describing: error))")
  }

  /// To remove an experiment, or to write it anew, takes nothing along that runs use.
  @Test func whatRunsUseStaysWhenItsExperimentGoes() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("tracker.db")
    let database = try RunDatabase(writingTo: path)
    _ = try database.createRun(RunDraft(name: "a", startedAt: StoreFixture.start))
    let connection = try PlainConnection(path: path)
    try connection.execute(
      """
      PRAGMA foreign_keys = ON;
      INSERT INTO experiments (id, name) VALUES (2, 'old');
      INSERT INTO datasets (id, experiment_id, name, digest) VALUES (1, 2, 'd', 'x');
      INSERT INTO run_datasets (run_id, dataset_id) VALUES (1, 1);
      """)
    #expect(throws: PlainConnection.Failure.self) {
      try connection.execute("DELETE FROM experiments WHERE id = 2")
    }
    try connection.execute("INSERT OR REPLACE INTO experiments (id, name) VALUES (2, 'older')")
    #expect(try StatementReader(readingFrom: path).rows("SELECT run_id FROM run_datasets") == [[1]])
  }
}
