import Foundation
import Testing

@testable import RunStore

/// Quiet is not dead, and what cannot be is no sign of life.
@Suite struct SignsOfLifeTests {
  private static let now = StoreFixture.start

  /// A machine whose process 5 lives, and no other.
  private static let here = Machine(
    host: "here", bootID: "boot", pidNamespace: 1, isProcessAlive: { $0 == 5 })

  /// What a run says, what is said of it from `here`, and whether nobody else may write it.
  @Test(
    arguments: [
      // A process that lives here, and one that is gone.
      ("here", "boot", 1, 5, 10, 20.0, RunStatus.running, true),
      ("here", "boot", 1, 6, 10, 0, .crashed, false),
      ("here", "boot", 1, 6, nil, 0, .crashed, false),
      // Of another namespace nothing is known but what it says.
      ("here", "boot", 2, 6, 10, 29, .running, true),
      ("here", "boot", 2, 5, 10, 31, .crashed, false),
      ("here", "boot", 2, 6, nil, 9e5, .running, false),
      // Of a namespace or boot that nobody can tell, a process that is not here is dead once it is silent.
      ("here", "boot", nil, 6, 10, 29, .running, true),
      ("here", "boot", nil, 6, nil, 61, .crashed, false),
      ("here", "boot", nil, 5, nil, 9e5, .running, false),
      ("here", "other", 1, 5, 10, 29, .running, true),
      ("here", "other", 1, 5, nil, 61, .crashed, false),
      // A process that is stopped promised to be heard of.
      ("here", "boot", 1, 5, 10, 31, .crashed, false),
      ("here", "boot", 1, 5, nil, 9e5, .running, true),
      // Elsewhere, and nowhere.
      ("there", "boot", 1, 6, 10, 29, .running, true),
      ("there", "boot", 1, 6, 10, 31, .crashed, false),
      (nil, nil, nil, nil, nil, 9e5, .running, false),
      (nil, nil, nil, nil, nil, 59, .running, true),
      // From the future: a clock was set back.
      ("there", "boot", 1, 6, 10, -29, .running, true),
      ("there", "boot", 1, 6, 10, -9e5, .crashed, false),
      ("here", "boot", 1, 5, 10, -9e5, .crashed, false),
      ("there", nil, nil, nil, nil, -9e5, .running, false),
    ] as [(String?, String?, Int?, Int?, Int?, Double, RunStatus, Bool)])
  func aRunIsWhatItsSignsSay(
    host: String?, boot: String?, namespace: Int?, pid: Int?, promised: Int?, silence: Double,
    status: RunStatus, isAlive: Bool
  ) {
    let signs = SignsOfLife(
      status: .running, heartbeatAt: Self.now - silence, host: host, bootID: boot,
      pidNamespace: namespace, pid: pid, heartbeatSeconds: promised)
    #expect(signs.status(seenFrom: Self.here, at: Self.now) == status)
    #expect(signs.isAlive(seenFrom: Self.here, at: Self.now) == isAlive)
  }

  @Test func viewsSayTheSameOfARunThatIsElsewhere() throws {
    let fixture = try StoreFixture()
    for (seconds, word) in [(-40, "running"), (-70, "crashed"), (40, "running"), (70, "crashed")] {
      try fixture.execute(
        """
        UPDATE runs
        SET heartbeat_at =
          CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) + 1000 * \(seconds)
        """)
      #expect(try fixture.rows("SELECT status FROM run_summary") == [[.text(word)]])
      let record = try fixture.database.run(fixture.run)
      #expect(record.status(seenFrom: .unknown, at: Date()).rawValue == word)
    }
    let findings = try fixture.database.examine(seenFrom: .unknown, at: Date())
    #expect(findings.first?.message.contains("its last sign of life is from the future") == true)
    try fixture.database.deleteRun(fixture.run, seenFrom: .unknown, at: Date())
  }

  @Test func aPointBringsASignOfLifeBackFromTheFuture() throws {
    let fixture = try StoreFixture()
    for seconds in [-3_600, 3_600] {
      try fixture.database.heartbeat(run: fixture.run, at: Date() + Double(seconds))
      try fixture.execute("INSERT INTO metrics (run_id, name, step, value) VALUES (1, 'a', 1, 2)")
      #expect(try fixture.rows("SELECT status FROM run_summary") == [["running"]])
    }
  }

  @Test func aRunThatJustEndsIsNotCalledDead() throws {
    let fixture = try StoreFixture()
    let now = Date()
    try fixture.database.heartbeat(run: fixture.run, at: now)
    try fixture.execute("UPDATE runs SET host = 'here', boot_id = 'b', pid = 5")
    // It ends between what doctor has read of it and the question for its process.
    let path = fixture.path
    let run = fixture.run
    let machine = Machine(
      host: "here", bootID: "b",
      isProcessAlive: { _ in
        try? RunDatabase(writingTo: path).finishRun(run, status: .finished, at: now)
        return false
      })
    #expect(try fixture.database.examine(seenFrom: machine, at: now) == [])
    #expect(try fixture.database.run(run).status == .finished)
  }

  @Test(arguments: [true, false]) func whoSaysThatItFinishedWasNotDead(bySQL: Bool) throws {
    let fixture = try StoreFixture()
    let database = fixture.database
    #expect(try database.repair(seenFrom: .unknown, at: Date()) == [])
    let dead = try database.run(fixture.run)
    #expect(dead.status == .interrupted && dead.error == "Its process died.")
    #expect(dead.endedAt == Self.now)
    try database.record(RunBatch(time: Self.now + 50), run: fixture.run)
    if bySQL {
      try fixture.execute("UPDATE runs SET status = 'finished'")
    } else {
      try database.finishRun(fixture.run, status: .finished, at: Self.now + 60)
    }
    let record = try database.run(fixture.run)
    #expect(record.status == .finished && record.error == nil)
    #expect(try #require(record.endedAt) > Self.now)
  }

  @Test func aRunThatGoesOnHasANewEndAndCountsNoTimeInBetween() throws {
    let fixture = try StoreFixture()
    let database = fixture.database
    let process = RunProcess(machine: .unknown, pid: 7, version: "2", heartbeatSeconds: 10)
    func goOn(at seconds: TimeInterval) throws {
      _ = try database.reopenRun(
        fixture.run, at: .start, by: process, time: Self.now + seconds)
    }
    try database.finishRun(fixture.run, status: .interrupted, exitCode: 130, at: Self.now + 10)
    try goOn(at: 1_000)
    #expect(try database.run(fixture.run).endedAt == nil)
    #expect(try database.run(fixture.run).exitCode == nil)
    try database.heartbeat(run: fixture.run, at: Self.now + 1_005)
    // It crashes, and is taken up again.
    try goOn(at: 2_000)
    try database.finishRun(fixture.run, status: .finished, at: Self.now + 2_020)
    let record = try database.run(fixture.run)
    #expect(record.endedAt == Self.now + 2_020 && record.idleSeconds == 990 + 995)
    #expect(try database.runs(seenFrom: .unknown, at: Date()).first?.seconds == 10 + 5 + 20)
  }
}
