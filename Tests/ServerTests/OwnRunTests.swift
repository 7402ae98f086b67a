import Foundation
import RunStore
import Subprocess
import TestSupport
import Testing

/// Runs that were logged here in other ways are seen by MLflow's clients, and theirs by our commands.
@Suite struct OwnRunTests {
  @Test func whatARunRecordsIsThereAsFiles() async throws {
    try await ServedFolder.whileServing { served in
      let database = try RunDatabase(writingTo: served.folder.path("runs.db"))
      var draft = RunDraft(
        name: "ours", startedAt: Date(timeIntervalSince1970: 1_000),
        parameters: ["lr": 0.001, "epochs": 3, "optimizer": "sgd"], tags: ["kept": ""],
        layers: [
          LayerRecord(
            position: 0, name: "fc", kind: "fully_connected", inputShape: [1, 2],
            outputShape: [1, 3], weightShape: [3, 2], weightCount: 6, biasCount: 3, macs: 6)
        ])
      draft.userName = "me"
      draft.note = "by hand"
      draft.gitCommit = "abc"
      let run = try database.createRun(draft)
      let tensor = TensorRecord(name: "fc.weight", shape: [3, 2], values: [0, 1, 2, 3, 4, 5])
      try database.record(
        RunBatch(
          time: Date(timeIntervalSince1970: 2_000),
          metrics: [MetricPoint(name: "val/loss", step: 7, epoch: 1, value: 0.5)],
          snapshots: [SnapshotRecord(epoch: 1, step: 7, tensors: [tensor])]), run: run.id)
      try database.finishRun(run.id, status: .finished, at: Date(timeIntervalSince1970: 3_000))

      let id = draft.uuid.uuidString.lowercased()
      for spelling in [id, id.filter { $0 != "-" }, id.uppercased()] {
        let found = try await served.get("/api/2.0/mlflow/runs/get?run_id=\(spelling)").body
        for part in [
          #""run_id":"\#(id)""#, #""run_name":"ours""#, #""status":"FINISHED""#,
          #""start_time":1000000,"end_time":3000000"#, #"{"key":"lr","value":"0.001"}"#,
          #"{"key":"epochs","value":"3"}"#, #"{"key":"optimizer","value":"sgd"}"#,
          #"{"key":"mlflow.user","value":"me"}"#,
          #"{"key":"mlflow.note.content","value":"by hand"}"#,
          #"{"key":"mlflow.source.git.commit","value":"abc"}"#, #"{"key":"kept","value":""}"#,
          #"{"key":"val/loss","value":0.5,"timestamp":2000000,"step":7}"#,
        ] {
          #expect(found.contains(part), "\(part) in \(found)")
        }
      }
      let list = try await served.get("/api/2.0/mlflow/artifacts/list?run_id=\(id)").body
      #expect(list.contains(#"{"path":"layers.json","is_dir":false,"file_size":"#))
      #expect(list.contains(#"{"path":"weights","is_dir":true}"#))
      let root = "/api/2.0/mlflow-artifacts/artifacts/0/\(id)/artifacts"
      let layers = try await served.get("\(root)/layers.json").body
      #expect(layers.hasPrefix(#"{"columns":["position","name","kind","input_shape""#))
      #expect(layers.contains(#"[0,"fc","fully_connected","[1,2]","[1,3]","[3,2]",6,3,6]"#))
      let weights = try await served.get("\(root)/weights/epoch-1.safetensors")
      let header = #"{"fc.weight":{"dtype":"F32","shape":[3,2],"data_offsets":[0,24]}}"#
      #expect(weights.bytes.first == UInt8((header.utf8.count + 7) / 8 * 8))
      #expect(String(decoding: weights.bytes.dropFirst(8), as: UTF8.self).hasPrefix(header))
      #expect(weights.bytes.suffix(24) == Array(tensor.data)[...])
      let part = try await served.get(
        "\(root)/weights/epoch-1.safetensors", fields: "Range: bytes=-4\r\n")
      #expect(part.bytes == Array(tensor.data.suffix(4)))
    }
  }

  @Test func aRunOfAnotherProcessTakesNoResults() async throws {
    try await ServedFolder.whileServing { served in
      let database = try RunDatabase(writingTo: served.folder.path("runs.db"))
      var draft = RunDraft(name: "owned", startedAt: Date())
      draft.owner = "token"
      _ = try database.createRun(draft)
      let id = draft.uuid.uuidString.lowercased()
      let metric = #"{"run_id":"\#(id)","key":"m","value":1,"timestamp":1}"#
      let refused = try await served.post("runs/log-metric", metric)
      #expect(refused.status == 400)
      #expect(refused.body.contains("is being written by the program that trains it"))
      let tag = #"{"run_id":"\#(id)","key":"t","value":"v"}"#
      #expect(try await served.post("runs/set-tag", tag).status == 200)
    }
  }

  @Test func ourCommandsTakeRunsOfMLflow() async throws {
    try await ServedFolder.whileServing { served in
      let parent = try await served.makeRun(
        #"{"experiment_id":"0","start_time":1700000000000,"run_name":"parent"}"#)
      let child = try await served.makeRun(
        #"{"experiment_id":"0","start_time":1700000000000,"run_name":"child","tags":[{"key":"mlflow.parentRunId","value":"\#(parent)"},{"key":"mlflow.user","value":"me"}]}"#
      )
      try await served.post(
        "runs/log-batch",
        #"{"run_id":"\#(child)","metrics":[{"key":"val/loss","value":0.5,"timestamp":1700000000001,"step":1},{"key":"val/loss","value":0.25,"timestamp":1700000000002,"step":1}],"params":[{"key":"lr","value":"1e-3"}]}"#
      )
      try await served.post("runs/update", #"{"run_id":"\#(child)","status":"FINISHED"}"#)
      func tracker(_ words: String...) async throws -> String {
        let result = try await Subprocess.run(
          .path(.init(Bundle.main.bundleURL.appendingPathComponent("tracker").path)),
          arguments: Arguments(words + ["--db", "runs.db"]),
          workingDirectory: .init(served.folder.url.path), output: .string(limit: 1 << 20),
          error: .string(limit: 1 << 20))
        #expect(result.terminationStatus.isSuccess, "\(words): \(result.standardError)")
        return result.standardOutput
      }
      let list = try await tracker("list")
      #expect(list.contains("child") && list.contains("parent"))
      let shown = try await tracker("show", "child")
      #expect(shown.contains("0.001") && shown.contains("0.25"))
      let best = try await tracker("compare", "--sort", "val/loss", "--where", "lr < 0.01")
      #expect(best.contains("child"))
      let parents = try await tracker(
        "sql",
        "SELECT parent.name FROM runs AS run JOIN runs AS parent ON parent.id = run.parent_run_id")
      #expect(parents.contains("parent"))
      _ = try await tracker("doctor")
      _ = try await tracker("export", "run", "child", "-o", "child.db")
      _ = try await tracker("merge", "child.db")
    }
  }
}
