import Foundation
import RunStore
import TestSupport
import Testing

/// One process trains a run. What lives is not taken from it; what was taken for dead and wakes up finds
/// its run taken, and stops.
@Suite(.slow) struct TakeoverTests {
  /// It goes on for longer than any test waits, however busy the machine is.
  private static let training =
    Workplace.smallRun + [
      "--epochs", "100000", "--batch-size", "20", "--snapshot-every", "10", "--quiet",
    ]

  @Test func aProcessThatWakesUpToATakenRunStops() async throws {
    let workplace = try Workplace()
    var epochs = 0
    let first = try await workplace.tracker(Self.training) { process in
      try await Self.stop(process, in: workplace)
      epochs = try Self.plannedEpochs(in: workplace)
      try Self.noteSignOfLife(in: workplace)
      let early = try await workplace.tracker(Self.resumption(to: epochs))
      #expect(early.status == .exited(1))
      #expect(early.errors.contains("Run 1 is still running as process \(process)"))
      try Self.forgetSignsOfLife(in: workplace)
      #expect(try await workplace.tracker(["list"]).output.contains("crashed"))
      let second = try await workplace.tracker(Self.resumption(to: epochs))
      #expect(second.status == .exited(0), "\(second.errors)")
      kill(process, SIGCONT)
    }
    #expect(first.status == .exited(1))
    #expect(first.errors.contains("Run 1 has meanwhile been written by another process"))
    #expect(first.errors.contains("Try: see how it goes, tracker show 1"))
    try await expectWhole(workplace, epochs: epochs)
  }

  @Test func aProcessThatDoctorTookForDeadStopsWhenItWakesUp() async throws {
    let workplace = try Workplace()
    let first = try await workplace.tracker(Self.training) { process in
      try await Self.stop(process, in: workplace)
      try Self.forgetSignsOfLife(in: workplace)
      let doctor = try await workplace.tracker(["doctor", "--repair"])
      #expect(doctor.status == .exited(0), "\(doctor)")
      kill(process, SIGCONT)
    }
    #expect(first.status == .exited(1))
    #expect(first.errors.contains("was taken for dead by tracker doctor"), "\(first.errors)")
    #expect(try workplace.database().run(1).status == .interrupted)
    #expect(try await workplace.tracker(["doctor"]).status == .exited(0))
    let epochs = try Self.plannedEpochs(in: workplace)
    #expect(try await workplace.tracker(Self.resumption(to: epochs)).status == .exited(0))
    try await expectWhole(workplace, epochs: epochs)
  }

  @Test func ofTwoProcessesTheOneThatTookTheRunGoesOn() async throws {
    let workplace = try Workplace()
    var epochs = 0
    let first = try await workplace.tracker(Self.training) { process in
      try await Self.stop(process, in: workplace)
      epochs = try Self.plannedEpochs(in: workplace)
      try Self.forgetSignsOfLife(in: workplace)
      let second = try await workplace.tracker(Self.resumption(to: epochs)) { successor in
        try await wait {
          // One that has ended is there no more; how it ended is looked at below.
          try !Self.isThere(successor) || workplace.database().run(1).pid == Int(successor)
        }
        kill(process, SIGCONT)
      }
      #expect(second.status == .exited(0), "\(second.errors)")
    }
    #expect(first.status == .exited(1))
    #expect(first.errors.contains("written by another process"), "\(first.errors)")
    #expect(first.errors.contains("This one stops"))
    try await expectWhole(workplace, epochs: epochs)
  }

  @Test(.enabled("new namespaces of processes are not allowed here", Self.hasNamespaces))
  func aProcessInAnotherNamespaceIsAlive() async throws {
    let workplace = try Workplace()
    let training = Self.training.joined(separator: " ")
    let outcome = try await workplace.shell("exec unshare --pid --fork tracker \(training)") {
      parent in
      try await workplace.untilThereIsAnEpoch()
      #expect(try await workplace.tracker(["list"]).output.contains("running"))
      #expect(try await workplace.tracker(["doctor"]).status == .exited(0))
      for command in ["resume", "delete"] {
        let refused = try await workplace.tracker([command, "1"])
        #expect(refused.status == .exited(1))
        #expect(refused.errors.contains("Run 1 is still running"), "\(refused.errors)")
      }
      // A training that has ended by itself says below why.
      if let child = Self.child(of: parent) { kill(child, SIGTERM) }
    }
    #expect(outcome.status == .exited(128 + SIGTERM), "\(outcome.errors)")
    #expect(try workplace.database().run(1).status == .interrupted)
    #expect(try await workplace.tracker(["doctor"]).status == .exited(0))
  }

  @Test(.enabled("new namespaces of processes are not allowed here", Self.hasNamespaces))
  func aSilentProcessInAnotherNamespaceLosesItsRun() async throws {
    let workplace = try Workplace()
    let training = Self.training.joined(separator: " ")
    var epochs = 0
    let outcome = try await workplace.shell("exec unshare --pid --fork tracker \(training)") {
      parent in
      try await workplace.untilThereIsAnEpoch()
      let child = try #require(Self.child(of: parent))
      try await Self.stop(child, in: workplace)
      epochs = try Self.plannedEpochs(in: workplace)
      try Self.forgetSignsOfLife(in: workplace)
      #expect(try await workplace.tracker(Self.resumption(to: epochs)).status == .exited(0))
      kill(child, SIGCONT)
    }
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("written by another process"), "\(outcome.errors)")
    try await expectWhole(workplace, epochs: epochs)
  }

  @Test(arguments: [0, 40_000]) func aTrainingWhoseLogIsCutSaysSo(bytes: Int) async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.tracker(Self.training) { process in
      try await Self.stop(process, in: workplace)
      truncate(workplace.path("tracker.db-wal"), off_t(bytes))
      kill(process, SIGCONT)
    }
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("'tracker.db"), "\(outcome.errors)")
    // What is left is sound, if only because nothing is; or every command says that it is not.
    let doctor = try await workplace.tracker(["doctor"])
    let list = try await workplace.tracker(["list"])
    if list.status == .exited(0) {
      #expect(
        doctor.output.contains("is healthy") || doctor.output.contains("its process has died"),
        "\(doctor)")
    } else {
      #expect(doctor.status == .exited(1) && doctor.errors == list.errors, "\(doctor)")
    }
  }

  /// Goes on with the run to an end that is near.
  private static func resumption(to epochs: Int) -> [String] {
    ["resume", "1", "--epochs", "\(epochs)", "--quiet"]
  }

  /// Two epochs more than a run has.
  private static func plannedEpochs(in workplace: Workplace) throws -> Int {
    try workplace.database().runs(seenFrom: .current(), at: Date())[0].epochs + 2
  }

  private func expectWhole(_ workplace: Workplace, epochs: Int) async throws {
    let database = try workplace.database()
    #expect(try database.run(1).status == .finished)
    let losses = try database.metrics(ofRun: 1, name: "train/loss")
    #expect(losses.map(\.epoch) == Array(1...epochs))
    #expect(try await workplace.tracker(["doctor"]).status == .exited(0))
  }

  /// Stops a training after an epoch, at a moment when it does not write.
  private static func stop(_ process: pid_t, in workplace: Workplace) async throws {
    try await workplace.untilThereIsAnEpoch()
    let other = try PlainConnection(path: workplace.path("tracker.db"))
    try other.execute("PRAGMA busy_timeout = 0")
    while true {
      kill(process, SIGSTOP)
      try await wait {
        try #require(isThere(process))
        return state(of: process) == "T"
      }
      if (try? other.execute("BEGIN IMMEDIATE; ROLLBACK")) != nil { return }
      kill(process, SIGCONT)
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// The letter by which the system tells how a process is: `T` for one that is stopped, `Z` for one that
  /// has ended.
  private static func state(of process: pid_t) -> Character? {
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return status?.split(separator: ")").last?.first { $0 != " " }
  }

  private static func isThere(_ process: pid_t) -> Bool {
    let state = state(of: process)
    return state != nil && state != "Z"
  }

  private static func child(of process: pid_t) -> pid_t? {
    let children = try? String(
      contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
    return children?.split(separator: " ").first.flatMap { pid_t($0) }
  }

  /// As if the run had just been heard of: a stopped process, and a busy machine, give no signs.
  private static func noteSignOfLife(in workplace: Workplace) throws {
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      "UPDATE runs SET heartbeat_at = (SELECT now FROM clock)")
  }

  /// As if nothing had been heard of the run for longer than three of the promised ten seconds.
  private static func forgetSignsOfLife(in workplace: Workplace) throws {
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      "UPDATE runs SET heartbeat_at = heartbeat_at - 35000")
  }

  @Sendable private static func hasNamespaces() async throws -> Bool {
    try await Workplace().shell("unshare --pid --fork true").status == .exited(0)
  }
}
