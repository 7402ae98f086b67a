import Foundation
import Testing

@testable import RunStore

/// Clocks that jump while a run is at work, and between its end and its going on.
@Suite struct ClockTests {
  private static let day = 86_400.0
  private let process = RunProcess(machine: .unknown, pid: 7, version: "2")

  private func seconds(_ fixture: StoreFixture) throws -> [Double] {
    let summaries = try fixture.database.runs(
      [fixture.run], seenFrom: .unknown, at: StoreFixture.start)
    return summaries.map(\.seconds)
  }

  /// What the view says, which other programs ask.
  private func viewed(_ fixture: StoreFixture) throws -> [[SQLValue]] {
    try fixture.rows("SELECT seconds FROM run_summary")
  }

  @Test(arguments: [-0.5, -day, -3e9])
  func aRunThatEndsBeforeItsStartTookNoTime(jump: Double) throws {
    let fixture = try StoreFixture()
    let time = StoreFixture.start + jump
    try fixture.database.finishRun(fixture.run, status: .finished, at: time)
    let run = try fixture.database.run(fixture.run)
    #expect(run.endedAt == StoreFixture.start && run.heartbeatAt == time)
    #expect(try seconds(fixture) == [0])
    #expect(try viewed(fixture) == [[.real(0)]])
  }

  @Test func aRunThatWasHeardOfBeforeItsStartTookNoTime() throws {
    let fixture = try StoreFixture()
    try fixture.database.heartbeat(run: fixture.run, at: StoreFixture.start - Self.day)
    #expect(try seconds(fixture) == [0])
  }

  /// A day ahead when the run goes on, and right again when it ends.
  @Test func timeWhenNothingRanIsNoLongerThanAllTime() throws {
    let fixture = try StoreFixture()
    try fixture.database.finishRun(fixture.run, status: .interrupted, at: StoreFixture.start + 1)
    _ = try fixture.database.reopenRun(
      fixture.run, at: .start, by: process, time: StoreFixture.start + Self.day)
    #expect(try fixture.database.run(fixture.run).idleSeconds == Self.day - 1)
    try fixture.database.finishRun(fixture.run, status: .finished, at: StoreFixture.start + 60)
    #expect(try fixture.database.run(fixture.run).endedAt == StoreFixture.start + 60)
    #expect(try seconds(fixture) == [0])
    #expect(try viewed(fixture) == [[.real(0)]])
  }

  /// A run that ended on a clock that was wrong can be gone on with, whichever way it was wrong.
  @Test(arguments: [-day, day, 2e11], [true, false])
  func noClockKeepsARunFromGoingOn(jump: Double, ended: Bool) throws {
    let fixture = try StoreFixture()
    let time = StoreFixture.start + jump
    if ended {
      try fixture.database.finishRun(fixture.run, status: .interrupted, at: time)
    } else {
      try fixture.database.heartbeat(run: fixture.run, at: time)
    }
    let now = StoreFixture.start + 3_600
    _ = try fixture.database.reopenRun(fixture.run, at: .start, by: process, time: now)
    try fixture.database.finishRun(fixture.run, status: .finished, at: now + 60)
    #expect(try fixture.database.run(fixture.run).endedAt == now + 60)
    #expect(try seconds(fixture).allSatisfy { (0...3_660).contains($0) })
  }

  @Test func whatAProgramLeftEndsNoEarlierThanItBegan() throws {
    let fixture = try StoreFixture()
    var draft = RunDraft(name: "below", startedAt: StoreFixture.start)
    draft.parentRun = fixture.run
    let below = try fixture.database.createRun(draft).id
    try fixture.database.finishUnownedRuns(
      below: fixture.run, status: .finished, at: StoreFixture.start - Self.day)
    #expect(try fixture.database.run(below).endedAt == StoreFixture.start)
  }
}
