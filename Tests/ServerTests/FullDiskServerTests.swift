import Foundation
import RunStore
import TestSupport
import Testing

/// A disk that fills up under the server: each request is told, and the server goes on.
@Suite(.serialized) struct FullDiskServerTests {
  @Test func nothingIsHalfStoredAndTheServerGoesOn() async throws {
    guard let disk = try SmallDisk(megabytes: 4) else { return }
    let path = disk.path("runs.db")
    _ = try RunDatabase(writingTo: path)
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("runs.db"), withDestinationPath: path)
    try await ServedFolder.whileServing(in: folder) { server in
      let run = try await server.makeRun(#"{"experiment_id":"0","start_time":1700000000000}"#)
      let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 >> 8) }
      let place = "/api/2.0/mlflow-artifacts/artifacts/0/\(run)/artifacts/large.bin"
      let head = """
        PUT \(place) HTTP/1.1\r
        Host: localhost:\(server.port)\r
        Content-Length: \(bytes.count)\r
        Connection: close\r
        \r

        """
      func write() async throws -> [Exchange] {
        [
          try await server.send(Array(head.utf8) + bytes),
          try await server.post(
            "runs/log-metric",
            #"{"run_id":"\#(run)","key":"loss","value":1,"timestamp":1700000000000,"step":1}"#),
          try await server.post("experiments/create", #"{"name":"new"}"#),
        ]
      }
      try disk.fill()
      for answer in try await write() {
        // A status that MLflow's clients do not try again for minutes.
        #expect(answer.status == 400)
        #expect(answer.body.contains("INTERNAL_ERROR"))
        #expect(answer.body.contains("is full. Try: make room"))
      }
      #expect(try await server.get("/api/2.0/mlflow/runs/get?run_id=\(run)").status == 200)
      try disk.makeRoom()
      let file = try PlainConnection(path: path)
      let counts = """
        SELECT (SELECT COUNT(*) FROM artifacts), (SELECT COUNT(*) FROM blobs),
          (SELECT COUNT(*) FROM metric_points)
        """
      #expect(try file.textRows(counts) == [["0", "0", "0"]])
      #expect(try await write().map(\.status) == [200, 200, 200])
      #expect(try await server.get(place).bytes == bytes)
      #expect(try file.textRows(counts) == [["1", "1", "1"]])
    }
    #expect(
      try RunDatabase(readingFrom: path).examine(seenFrom: .current(), at: Date()).isEmpty)
  }
}
