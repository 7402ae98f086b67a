import Foundation
import Randomness
import RunStore
import TestSupport
import Testing

@testable import Reporting

/// Whatever the rules of the schema let into a file by SQL, reading it gives a result or an error that a
/// command can put into words: no trap, no hang, no gigabytes.
@Suite(.slow) struct StoredRowsTests {
  /// Values, as SQL, that programs seldom store.
  private static let values = [
    "9223372036854775807", "-9223372036854775808", "0", "-1", "2000000000", "1e308", "-1e308",
    "5e-324", "9e999", "-9e999", "NULL", "''", "'a' || char(0) || 'b'",
    "CAST(x'FFFE80' AS TEXT)", "x'010203'", "printf('%.*c', 5000, 'x')",
    "'e' || char(769) || printf('%.*c', 50, char(769))",
  ]

  /// Texts for the columns that hold JSON.
  private static let json = [
    "[]", "{}", "null", "\"x\"", "[null]", "[1.5]", "[-1]", "[1e400]", "[0,0,0,0]",
    "[0,1,1,1]", "[1000000000,1,0,0]", "[2,1,3,3]", "[9223372036854775807]",
    "[9223372036854775807,9223372036854775807]", "[-9223372036854775808,-1]",
  ].map { "'\($0)'" }

  private static let jsonColumns: Set = [
    "input_shape", "output_shape", "weight_shape", "shape", "state", "counts", "inputs",
  ]

  /// Of how many values one is tried: to try all takes half an hour, and is for whoever changes how rows are
  /// read.
  private static let stride = 16

  static let tables = [
    "experiments", "runs", "params", "tags", "environment", "metric_series", "metric_points",
    "layers", "blobs", "snapshots", "tensors", "checkpoints", "histograms", "predictions",
    "artifacts", "alerts", "metadata", "removed_runs", "experiment_tags", "metric_rules",
    "metric_names", "output_lines", "media", "datasets", "run_datasets", "run_dataset_tags",
    "blob_chunks", "models", "model_params", "model_tags", "model_metrics", "model_artifacts",
    "run_models", "registered_models", "registered_model_tags", "model_versions",
    "model_version_tags", "model_aliases",
  ]

  @Test func everyTableIsTried() throws {
    let fixture = try EveryTableFixture()
    let names = try column(
      "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", in: fixture.path)
    #expect(names == Self.tables.sorted())
    for table in names {
      #expect(try column("SELECT COUNT(*) FROM \(table)", in: fixture.path) != ["0"], "\(table)")
    }
    let reading = try ReadEverything(fixture.path)
    #expect(reading.strangers.isEmpty, "\(reading.strangers)")
    #expect(reading.successes > 90)
  }

  @Test(arguments: tables) func oneOddValueIsReadOrRefused(table: String) throws {
    let fixture = try EveryTableFixture()
    var random = SeededGenerator(seed: 1)
    var stored = 0
    for name in try column("SELECT name FROM pragma_table_info('\(table)')", in: fixture.path) {
      for value in Self.values + (Self.jsonColumns.contains(name) ? Self.json : [])
      where random.nextIndex(below: Self.stride) == 0 {
        // In all rows at once, or, where they must differ, in one.
        let all = "UPDATE \(table) SET \(name) = \(value)"
        let one = "\(all) WHERE \(name) = (SELECT MAX(\(name)) FROM \(table))"
        if try read([all], fixture) || read([one], fixture) { stored += 1 }
      }
    }
    // Hash, content and size of a blob only change together.
    #expect(stored > 0 || Self.stride > 1 || table == "blobs")
  }

  /// Values that are harmless alone.
  @Test(arguments: [
    ["UPDATE histograms SET lower = -1e308, upper = 1e308"],
    ["UPDATE histograms SET lower = -9e999, upper = 9e999"],
    ["UPDATE histograms SET lower = 0, upper = 0, min = 0, max = 0"],
    ["UPDATE histograms SET lower = 0, upper = 5e-324"],
    ["UPDATE histograms SET lower = 1e280, upper = 1e280"],
    [
      "UPDATE histograms SET epoch = 9223372036854775807 WHERE epoch = 2",
      "UPDATE histograms SET epoch = -9223372036854775808 WHERE epoch = 0",
    ],
    ["UPDATE histograms SET epoch = 2000000000 WHERE epoch = 2"],
    ["UPDATE histograms SET counts = '[9223372036854775807,1]', count = 1"],
    ["UPDATE layers SET weight_count = 9223372036854775807, bias_count = 9223372036854775807"],
    ["UPDATE layers SET output_shape = '[9223372036854775807,2]', macs = 9223372036854775807"],
    ["UPDATE metric_series SET count = 9223372036854775807, nan_count = 9223372036854775807"],
    ["UPDATE metric_series SET count = 9223372036854775807 - run_id"],
    [
      "INSERT INTO blobs (hash, data, byte_count) VALUES (printf('%064d', 0), x'', 0)",
      "UPDATE tensors SET shape = '[1000000000,1,0,0]', blob_hash = printf('%064d', 0)",
    ],
    [
      "INSERT INTO blobs (hash, data, byte_count) VALUES (printf('%064d', 0), x'', 0)",
      "UPDATE tensors SET shape = '[2,0,3,3]', blob_hash = printf('%064d', 0)",
    ],
    [
      "UPDATE blobs SET data = zeroblob(byte_count - 1), byte_count = byte_count - 1 WHERE content IS NULL"
    ],
    [
      "INSERT INTO params (run_id, name, value) VALUES (1, char(233), 1), (1, 'e' || char(769), 2)",
      "INSERT INTO tags VALUES (1, CAST(x'FF' AS TEXT), ''), (1, CAST(x'FE' AS TEXT), '')",
      "INSERT INTO environment VALUES (1, char(233), 1), (1, 'e' || char(769), 2)",
    ],
    ["CREATE TABLE t (a)", "CREATE TRIGGER metrics AFTER INSERT ON t BEGIN SELECT 1; END"],
    ["UPDATE runs SET parent_run_id = id"],
    [
      "INSERT INTO predictions (run_id, row, inputs) VALUES (1, 9, '[' || printf('%.*c', 300, '1') || ']')"
    ],
  ])
  func oddValuesTogetherAreReadOrRefused(statements: [String]) throws {
    #expect(try read(statements, EveryTableFixture()))
  }

  /// Reads everything in a copy of the file in which the statements were run.
  /// - Returns: Whether the file took the statements.
  private func read(_ statements: [String], _ fixture: EveryTableFixture) throws -> Bool {
    let copy = try TemporaryFolder()
    let path = copy.path("tracker.db")
    try FileManager.default.copyItem(atPath: fixture.path, toPath: path)
    do {
      let connection = try PlainConnection(path: path)
      for statement in ["PRAGMA foreign_keys = OFF"] + statements {
        try connection.execute(statement)
      }
    } catch is PlainConnection.Failure {
      return false
    }
    let start = threadSeconds()
    let reading = try ReadEverything(path)
    #expect(reading.strangers.isEmpty, "\(statements): \(reading.strangers)")
    #expect(threadSeconds() - start < 20, "\(statements)")
    #expect(try peakMemory() < mostMemory, "megabytes after \(statements)")
    return true
  }

  /// The processor time that this thread has taken, whatever else runs.
  private func threadSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The first column of a statement's result, as text.
  private func column(_ sql: String, in path: String) throws -> [String] {
    var texts: [String] = []
    try StatementReader(readingFrom: path).select(
      sql, onColumns: { _ in }, onRow: { texts += $0.prefix(1).map(PlainStyle.text) })
    return texts
  }
}
