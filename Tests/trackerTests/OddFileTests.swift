import Foundation
import TestSupport
import Testing

/// What anyone may write into a file by SQL ends no command but with a result or an error.
@Suite(.slow) struct OddFileTests {
  @Test(arguments: [
    """
    UPDATE metric_points SET recorded_at = 9223372036854775807;
    UPDATE histograms SET lower = -1e308, upper = 1e308;
    UPDATE layers SET weight_count = 9223372036854775807, macs = 9223372036854775807;
    UPDATE metric_series SET count = 9223372036854775807 - id;
    INSERT INTO params (run_id, name, value) VALUES (1, char(233), 1), (1, 'e' || char(769), 2);
    UPDATE runs SET started_at = 9223372036854775807;
    """,
    """
    UPDATE histograms SET epoch = 2000000000 WHERE epoch = 2;
    UPDATE histograms SET counts = '[9223372036854775807,1]';
    INSERT INTO blobs (hash, data, byte_count) VALUES (printf('%064d', 0), x'', 0);
    UPDATE tensors SET shape = '[1000000000,1,0,0]', blob_hash = printf('%064d', 0)
    WHERE shape LIKE '%,%,%,%';
    UPDATE OR IGNORE tensors SET name = '__metadata__' WHERE name LIKE 'fc1.bias';
    UPDATE runs SET name = printf('%.*c', 100000, 'x'), ended_at = -9223372036854775808;
    """,
  ])
  func everyCommandEndsWithAResultOrAnError(sql: String) async throws {
    let workplace = try await Workplace.withRun()
    try PlainConnection(path: workplace.path("tracker.db")).execute(sql)
    for words in [
      "list", "list --format csv", "show 1", "compare", "export layers 1", "export metrics 1",
      "export metrics 1 --wide", "export params 1", "export histograms 1", "export predictions 1",
      "export weights 1 -o w.safetensors", "export artifact 1", "export run 1 -o one.db",
      "plot loss 1", "plot metric val/loss", "plot histogram 1", "plot histogram 1 --over-time",
      "plot kernels 1", "plot parallel", "report -o r.html", "query run_detail --run 1",
      "query storage", "query histogram_drift --run 1", "doctor", "du", "prune --dry-run",
      "backup copy.db", "doctor --repair", "delete 1", "restore 1", "prune", "merge copy.db",
    ] {
      let outcome = try await workplace.tracker(words.split(separator: " ").map(String.init))
      #expect(
        outcome.status == .exited(0) || outcome.status == .exited(1), "\(words): \(outcome)")
      #expect(
        outcome.status == .exited(0) || outcome.errors.contains("Error: ")
          || outcome.errors.contains("Try: "), "\(words): \(outcome.errors)")
    }
  }
}
