import Foundation
import RunStore
import TestSupport
import Testing

/// What is logged over HTTP stands in the file, once.
@Suite struct ServedLoggingTests {
  @Test func aRetriedBatchChangesNothing() async throws {
    try await ServedFolder.whileServing { served in
      let run = try await served.makeRun()
      let points = [
        (1, 5, "0.5"), (1, 5, "0.5"), (1, 5, "1"), (1, 6, "\"NaN\""), (-3, 1, "\"Infinity\""),
      ]
      let metrics = points.map { step, time, value in
        #"{"key":"loss","value":\#(value),"timestamp":\#(time),"step":"\#(step)"}"#
      }.joined(separator: ",")
      let batch =
        #"{"run_id":"\#(run)","metrics":[\#(metrics)],"params":[{"key":"lr","value":"0.10"}],"tags":[{"key":"mlflow.note.content","value":"n"}]}"#
      #expect(try await served.post("runs/log-batch", batch).body == "{}")
      func state() throws -> [[String]] {
        let file = try PlainConnection(path: served.folder.path("runs.db"))
        return try file.textRows("SELECT change, note FROM runs")
          + file.textRows(
            "SELECT count, nan_count, disorder, last_value, last_at FROM metric_series")
          + file.textRows(
            "SELECT step, repeat, value, recorded_at FROM metric_points ORDER BY 1, 2")
          + file.textRows("SELECT value, typeof(value), text FROM params")
      }
      let first = try state()
      #expect(
        first.dropFirst(2) == [
          ["-3", "0", "Inf", "1"], ["1", "0", "0.5", "5"], ["1", "1", "1.0", "5"],
          ["1", "2", "NULL", "6"], ["0.1", "real", "0.10"],
        ])
      #expect(try await served.post("runs/log-batch", batch).body == "{}")
      #expect(try state() == first)
      let database = try RunDatabase(writingTo: served.folder.path("runs.db"))
      #expect(try database.examine(seenFrom: .current(), at: Date()).isEmpty)
    }
  }

  @Test func aRefusedBatchLeavesNothingBehind() async throws {
    try await ServedFolder.whileServing { served in
      let run = try await served.makeRun()
      try await served.post("runs/log-parameter", #"{"run_id":"\#(run)","key":"p","value":"1"}"#)
      let refused = try await served.post(
        "runs/log-batch",
        #"{"run_id":"\#(run)","params":[{"key":"q","value":"1"},{"key":"p","value":"2"}],"metrics":[{"key":"m","value":1,"timestamp":1}]}"#
      )
      #expect(
        refused.status == 400 && refused.body.contains("Changing param values is not allowed"))
      let file = try PlainConnection(path: served.folder.path("runs.db"))
      #expect(
        try file.textRows("SELECT name FROM params UNION ALL SELECT name FROM metric_series") == [
          ["p"]
        ])
    }
  }

  @Test func whatOthersWriteIsSeenAtOnce() async throws {
    try await ServedFolder.whileServing { served in
      let file = try PlainConnection(path: served.folder.path("runs.db"))
      try file.execute(
        """
        INSERT INTO runs (name, note) VALUES ('by SQL', 'hand-made');
        INSERT INTO params (run_id, name, value) VALUES (1, 'lr', 0.001), (1, 'n', 3);
        INSERT INTO metrics (run_id, name, epoch, value) VALUES (1, 'loss', 1, 0.5);
        """)
      let found = try await served.post(
        "runs/search",
        #"{"experiment_ids":["0"],"filter":"params.lr = '0.001' AND metrics.loss < 1 AND tags.mlflow.note.content LIKE 'hand%'"}"#
      )
      #expect(found.body.contains(#""run_name":"by SQL""#))
      #expect(found.body.contains(#"{"key":"n","value":"3"}"#))
    }
  }

  @Test func filesStreamBothWays() async throws {
    try await ServedFolder.whileServing { served in
      let run = try await served.makeRun()
      let content = String(repeating: "0123456789", count: 250_000)
      let path = "/api/2.0/mlflow-artifacts/artifacts/0/\(run)/artifacts/a%20b/%C3%A4+.txt"
      let put = try await served.send(
        "PUT \(path) HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: \(content.utf8.count)\r\n\r\n\(content)"
      )
      #expect(put.status == 200)
      let whole = try await served.get(path)
      #expect(whole.body == content)
      #expect(whole.head.contains("X-Content-Type-Options: nosniff"))
      let part = try await served.get(path, fields: "Range: bytes=1048570-1048579\r\n")
      #expect(part.status == 206)
      #expect(part.body == "0123456789")
      let tail = try await served.get(path, fields: "Range: bytes=-3\r\n")
      #expect(tail.body == "789")
      #expect(try await served.get(path, fields: "Range: bytes=2500000-\r\n").status == 416)
      let listed = try await served.get("/api/2.0/mlflow/artifacts/list?run_id=\(run)&path=a+b")
      #expect(
        listed.body.contains(#""files":[{"path":"a b/ä+.txt","is_dir":false,"file_size":2500000}]"#)
      )
      let cut = try await served.send(
        "PUT \(path)x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
      )
      #expect(cut.status == 200)
    }
  }
}
