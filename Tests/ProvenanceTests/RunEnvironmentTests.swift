import Foundation
import RunStore
import TestSupport
import Testing

@testable import Provenance

@Suite struct RunEnvironmentTests {
  @Test(arguments: [
    ("lenet", "lenet"),
    ("--lr=0.05", "--lr=0.05"),
    ("données/été", "données/été"),
    ("", "''"),
    ("two words", "'two words'"),
    ("it's", "'it'\\''s'"),
    ("$HOME", "'$HOME'"),
    ("a\nb", "'a\nb'"),
    ("*", "'*'"),
    ("~", "'~'"),
  ])
  func wordsAreQuotedForAShell(word: String, quoted: String) {
    #expect(word.shellQuoted == quoted)
  }

  @Test func theCommandCanBeTypedAgain() async throws {
    let folder = try TemporaryFolder()
    let environment = await RunEnvironment.current(
      arguments: ["tracker", "run", "lenet", "--note", "it's new"], directory: folder.url.path)
    #expect(environment.command == "tracker run lenet --note 'it'\\''s new'")
    #expect(environment.pid == Int(ProcessInfo.processInfo.processIdentifier))
    #expect(environment.gitCommit == nil)
    #expect(environment.gitDirty == nil)
    #expect(
      Set(environment.facts.keys)
        == ["cpu", "cores", "memory_bytes", "os", "swift", "directory"])
  }

  @Test func theProgramAddsItsOwnFacts() async throws {
    let folder = try TemporaryFolder()
    let environment = await RunEnvironment.current(
      arguments: ["tracker"], directory: folder.url.path, facts: ["engine": "steam", "cpu": "x"])
    #expect(environment.facts["engine"] == "steam")
    #expect(environment.facts["cpu"] != "x", "What the system says comes first.")
  }

  @Test func aRunNotesAllOfIt() async throws {
    let folder = try TemporaryFolder()
    let environment = await RunEnvironment.current(
      arguments: ["tracker"], directory: folder.url.path)
    var draft = RunDraft(name: "noted", startedAt: Date(timeIntervalSince1970: 1_700_000_000))
    draft.environment = ["data.name": "shapes", "os": "older"]
    draft.log(environment)
    let database = try RunDatabase(writingTo: folder.path("tracker.db"))
    let run = try database.run(database.createRun(draft).id)
    #expect(run.host == environment.machine.host)
    #expect(run.bootID == environment.machine.bootID)
    #expect(run.pid == environment.pid)
    #expect(run.command == "tracker" && run.arguments == ["tracker"])
    #expect(run.directory == folder.url.path && run.userName == environment.userName)
    #expect(run.userName?.isEmpty == false && run.pidNamespace == environment.machine.pidNamespace)
    #expect(run.heartbeatSeconds == 10)
    #expect(throws: RunStoreError.self) { try database.heartbeat(run: run.id, at: Date()) }
    try database.heartbeat(run: run.id, owner: environment.owner, at: Date())
    #expect(
      try database.environment(ofRun: run.id)
        == environment.facts.merging(["data.name": "shapes"]) { fact, _ in fact })
  }
}
