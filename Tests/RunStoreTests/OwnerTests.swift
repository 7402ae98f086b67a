import Foundation
import Testing

@testable import RunStore

/// One process writes a run. Whoever takes it up shuts out the one that was taken for dead.
@Suite struct OwnerTests {
  private static let start = StoreFixture.start

  /// A run of the process `first`.
  private func owned() throws -> (fixture: StoreFixture, run: Int) {
    let fixture = try StoreFixture()
    var draft = RunDraft(name: "owned", startedAt: Self.start)
    (draft.owner, draft.heartbeatSeconds) = ("first", 10)
    return (fixture, try fixture.database.createRun(draft).id)
  }

  private func batch(_ epoch: Int) -> RunBatch {
    RunBatch(
      time: Self.start, metrics: [MetricPoint(name: "loss", step: epoch, epoch: epoch, value: 1)])
  }

  /// Everything by which a process adds to a run.
  private func additions(
    to run: Int, by owner: String?, in database: RunDatabase
  ) -> [() throws -> Void] {
    [
      { try database.record(batch(9), run: run, owner: owner) },
      { try database.heartbeat(run: run, owner: owner, at: Self.start + 500) },
      { try database.setEnvironment(["data.name": "x"], run: run, owner: owner) },
      { try database.setLayers([], run: run, owner: owner) },
      {
        try database.finishRun(
          run, status: .failed, error: "why", owner: owner, at: Self.start + 500)
      },
    ]
  }

  @Test(arguments: ["second", nil]) func onlyItsOwnerAddsToARun(stranger: String?) throws {
    let (fixture, run) = try owned()
    try fixture.database.record(batch(1), run: run, owner: "first")
    let before = try fixture.database.digest(ofRun: run)
    for add in additions(to: run, by: stranger, in: fixture.database) {
      #expect(
        throws: RunStoreError.ownedByAnother(
          run: run, status: .running, pid: nil, host: nil, heardAt: Self.start), performing: add)
    }
    #expect(try fixture.database.digest(ofRun: run) == before)
    for add in additions(to: run, by: "first", in: fixture.database) { try add() }
  }

  @Test func aRunThatIsTakenUpIsLostToItsFirstProcess() throws {
    let (fixture, run) = try owned()
    let database = fixture.database
    for epoch in 1...3 { try database.record(batch(epoch), run: run, owner: "first") }
    let second = RunProcess(
      machine: Machine(host: "there", bootID: nil, isProcessAlive: { _ in true }), pid: 7,
      version: "2", heartbeatSeconds: 10, owner: "second")
    func takeUp(after seconds: TimeInterval) throws {
      _ = try database.reopenRun(
        run, at: ResumePoint(epoch: 2, step: 2, isWithinEpoch: false), by: second,
        noting: ["taken": 1], time: Self.start + seconds)
    }
    #expect(throws: RunStoreError.stillRunning(run: run, pid: nil, host: nil)) {
      try takeUp(after: 30)
    }
    try takeUp(after: 31)
    let before = try database.digest(ofRun: run)
    for add in additions(to: run, by: "first", in: database) {
      let error = #expect(throws: RunStoreError.self, performing: add)
      #expect(
        error?.localizedDescription.contains("is being written by another process, 7 on there")
          == true)
      #expect(
        error?.localizedDescription.contains("nothing of what the other wrote was touched") == true)
      #expect(error?.recoverySuggestion?.contains("tracker show \(run)") == true)
    }
    #expect(try database.digest(ofRun: run) == before)
    #expect(try database.environment(ofRun: run)["taken"] == 1)
    try database.record(batch(3), run: run, owner: "second")
    try database.finishRun(
      run, status: .finished, exitCode: 0, owner: "second", at: Self.start + 40)
    // Also once the other one has come to its end.
    let error = #expect(throws: RunStoreError.self) {
      try database.record(batch(4), run: run, owner: "first")
    }
    #expect(
      error?.localizedDescription.contains("has meanwhile been written by another process") == true)
    #expect(try database.metrics(ofRun: run).map(\.step) == [1, 2, 3])
    #expect(try database.run(run).exitCode == 0)
  }

  @Test func aRunThatHasEndedAndOneWithoutOwnerAreOpenToAll() throws {
    let (fixture, run) = try owned()
    try fixture.database.finishRun(run, status: .finished, owner: "first", at: Self.start)
    try fixture.database.record(batch(1), run: run)
    try fixture.database.record(batch(1), run: fixture.run)
    #expect(try fixture.rows("SELECT COUNT(owner) FROM runs") == [[0]])
  }

  @Test func editsNeverAskForTheOwner() throws {
    let (fixture, run) = try owned()
    let database = fixture.database
    try database.setTag("good", run: run)
    try database.removeTag("good", run: run)
    try database.setNote("look", run: run)
    try database.deleteRun(run, seenFrom: .unknown, at: Self.start + 100)
    try database.restoreRun(run)
    try database.record(batch(1), run: run, owner: "first")
  }

  @Test func theOwnerIsNoPartOfDigestOrCopies() throws {
    let (fixture, run) = try owned()
    let before = try fixture.database.digest(ofRun: run)
    try fixture.execute("UPDATE runs SET owner = 'other' WHERE id = \(run)")
    #expect(try fixture.database.digest(ofRun: run) == before)
    let copy = try RunDatabase(writingTo: fixture.folder.path("copy.db"))
    _ = try copy.merge(from: fixture.path, seenFrom: .unknown, at: Date())
    #expect(
      try StatementReader(readingFrom: copy.path).rows("SELECT COUNT(*), COUNT(owner) FROM runs")
        == [[2, 0]])
  }

  /// Its process may only sleep: then it finds out when it wakes up.
  @Test func aRunThatDoctorTakesForDeadIsLostToItsProcess() throws {
    let (fixture, run) = try owned()
    _ = try fixture.database.repair(seenFrom: .unknown, at: Self.start + 100)
    for add in additions(to: run, by: "first", in: fixture.database) {
      let error = #expect(throws: RunStoreError.self, performing: add)
      #expect(error?.localizedDescription.contains("was taken for dead by tracker doctor") == true)
    }
    #expect(try fixture.database.run(run).status == .interrupted)
    #expect(try fixture.database.metrics(ofRun: run) == [])
  }
}
