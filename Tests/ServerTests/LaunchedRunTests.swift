import Foundation
import RunStore
import Server
import TestSupport
import Testing

/// A server for one program, whose run is there before the program asks for one.
@Suite struct LaunchedRunTests {
  private static func whileServing(
    keepsName: Bool, _ body: @escaping @Sendable (ServedFolder, RunDatabase) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(writingTo: folder.path("runs.db"))
    var draft = RunDraft(
      name: "program", startedAt: Date(), parameters: ["lr": 0.5], tags: ["team": "b"])
    draft.owner = "token"
    (draft.host, draft.pid) = ("here", 5)
    let run = try database.createRun(draft).id
    var options = TrackerServer.Options(port: 0)
    options.launched = LaunchedRun(
      id: run, owner: "token", keepsName: keepsName, keepsExperiment: keepsName,
      keptParameters: ["lr"])
    try await ServedFolder.whileServing(options, in: folder) { served in
      try await body(served, database)
    }
  }

  @Test(arguments: [false, true])
  func theFirstRunIsTheProgramsAndTheOthersAreItsChildren(keepsName: Bool) async throws {
    try await Self.whileServing(keepsName: keepsName) { served, database in
      try await served.post("experiments/create", #"{"name":"vision"}"#)
      let first = try await served.makeRun(
        #"{"experiment_id":"2","start_time":1,"run_name":"mine","tags":[{"key":"team","value":"a"},{"key":"x","value":"y"},{"key":"mlflow.note.content","value":"n"}]}"#
      )
      let second = try await served.makeRun(#"{"experiment_id":"2","start_time":1}"#)
      let nested = try await served.makeRun(
        #"{"experiment_id":"2","start_time":1,"tags":[{"key":"mlflow.parentRunId","value":"\#(second)"}]}"#
      )
      let runs = try (1...3).map { try database.run($0) }
      #expect(runs.map(\.uuid) == [first, second, nested])
      #expect(runs.map(\.parentRun) == [nil, 1, 2])
      #expect(runs.map(\.experiment) == [keepsName ? "default" : "vision", "vision", "vision"])
      #expect(runs[0].name == (keepsName ? "program" : "mine"))
      #expect(runs[0].note == "n")
      #expect(runs.map(\.pid) == [5, 5, 5])
      let tags = try database.tags(ofRun: 1)
      #expect(tags["team"] == "b")
      #expect(tags["x"] == "y")

      let metric = #"{"run_id":"\#(first)","key":"loss","value":1,"timestamp":1}"#
      #expect(try await served.post("runs/log-metric", metric).status == 200)
      for (name, values) in [("lr", ["0.1", "0.2"]), ("momentum", ["0.9"])] {
        for value in values {
          let one = #"{"run_id":"\#(first)","key":"\#(name)","value":"\#(value)"}"#
          #expect(try await served.post("runs/log-parameter", one).status == 200)
          let batch = #"{"run_id":"\#(first)","params":[{"key":"\#(name)","value":"\#(value)"}]}"#
          #expect(try await served.post("runs/log-batch", batch).status == 200)
        }
      }
      #expect(try database.parameters(ofRun: 1) == ["lr": 0.5, "momentum": 0.9])
      let changed = #"{"run_id":"\#(first)","key":"momentum","value":"0.8"}"#
      #expect(try await served.post("runs/log-parameter", changed).status == 400)

      let end = #"{"run_id":"\#(first)","status":"FINISHED","end_time":7}"#
      #expect(try await served.post("runs/update", end).status == 200)
      #expect(try database.run(1).status == .running)
      #expect(try database.run(1).endedAt == nil)
    }
  }

  @Test func theProgramMayHaveTakenItsRunAlready() async throws {
    try await Self.whileServing(keepsName: false) { served, database in
      try database.setEnvironment(["exec.taken_by": 9], run: 1, owner: "token")
      _ = try await served.makeRun()
      #expect(try database.run(1).name == "program")
      #expect(try database.run(2).parentRun == 1)
    }
  }
}
