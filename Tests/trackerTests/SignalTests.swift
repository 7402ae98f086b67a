import Foundation
import RunStore
import TestSupport
import Testing

/// What a terminal, a person or a batch system sends to end a training loses nothing of it.
@Suite(.slow) struct SignalTests {
  /// A training without end.
  private static let training =
    "run lenet --data shapes --limit 700 --validation-limit 50 --batch-size 20 --epochs 1000000"

  @Test(arguments: [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU])
  func everySignalEndsATrainingWithACheckpoint(signal: Int32) async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.shell("exec tracker \(Self.training) --snapshot-every 0") {
      process in
      try await workplace.untilThereIsAnEpoch()
      kill(process, signal)
    }
    #expect(outcome.status == .exited(128 + signal))
    #expect(outcome.errors.hasSuffix("Next:\n  tracker resume 1\n"), "\(outcome.errors)")
    let database = try workplace.database()
    #expect(try database.run(1).status == .interrupted)
    #expect(try database.checkpoint(ofRun: 1) != nil)
  }

  @Test func whatIsIgnoredAtTheStartStaysIgnored() async throws {
    let workplace = try Workplace()
    let ignored = [SIGHUP, SIGINT, SIGQUIT, SIGUSR1]
    let outcome = try await workplace.shell(
      "trap '' HUP INT QUIT USR1; exec tracker \(Self.training) --quiet"
    ) { process in
      try await workplace.untilThereIsAnEpoch()
      for signal in ignored + ignored { kill(process, signal) }
      kill(process, SIGTERM)
    }
    #expect(outcome.status == .exited(128 + SIGTERM))
    #expect(try workplace.database().run(1).status == .interrupted)
  }

  @Test func someoneWhoTypesAgainDoesNotWaitForTheEnd() async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.tracker(Self.words) { process in
      try await workplace.untilThereIsAnEpoch()
      // As long as someone else writes, the training cannot store its end.
      let other = try PlainConnection(path: workplace.path("tracker.db"))
      try other.execute("BEGIN IMMEDIATE")
      for signal in [SIGHUP, SIGTERM, SIGINT, SIGINT] { Self.send(signal, to: process) }
      // Without the second Ctrl-C it waits here; so does this, for the process to be gone.
      try await wait { Self.hasEnded(process) }
      try other.execute("ROLLBACK")
    }
    #expect(outcome.status == .exited(128 + SIGINT))
    #expect(try workplace.database().run(1).status == .running)
  }

  @Test func programsThatSendSeveralSignalsLoseNothing() async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.tracker(Self.words) { process in
      try await workplace.untilThereIsAnEpoch()
      let other = try PlainConnection(path: workplace.path("tracker.db"))
      try other.execute("BEGIN IMMEDIATE")
      for signal in [SIGHUP, SIGHUP, SIGTERM, SIGTERM, SIGXCPU, SIGXCPU, SIGINT] {
        Self.send(signal, to: process)
      }
      try other.execute("ROLLBACK")
    }
    #expect(outcome.status == .exited(128 + SIGHUP))
    #expect(try workplace.database().run(1).status == .interrupted, "\(outcome.errors)")
    #expect(try workplace.database().checkpoint(ofRun: 1) != nil)
  }

  @Test(arguments: [SIGHUP, SIGINT, SIGXCPU])
  func theRunsOfAReportEndAsRunsDo(signal: Int32) async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.tracker(["report", "course", "--run-missing"]) { process in
      try await wait { (try? workplace.database().run(1)) != nil }
      kill(process, signal)
    }
    #expect(outcome.status == .exited(128 + signal))
    // Which of them depends on how fast the machine is.
    #expect(outcome.errors.contains("were stopped in number "), "\(outcome.errors)")
    #expect(
      outcome.errors.hasSuffix("Try: make the rest: tracker report course --run-missing\n"))
    let runs = try workplace.database().runs(seenFrom: .current(), at: Date())
    #expect(runs.allSatisfy { [.finished, .interrupted].contains($0.status) })
  }

  @Test func aTerminalThatIsGoneIsNoReasonToStop() async throws {
    let workplace = try Workplace()
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (isLocked, number): (Int32, Int32) = (0, 0)
    // TIOCSPTLCK and TIOCGPTN, which Swift does not import.
    try #require(
      ioctl(terminal, 0x4004_5431, &isLocked) == 0 && ioctl(terminal, 0x8004_5430, &number) == 0)
    let name = "/dev/pts/\(number)"
    let outcome = try await workplace.shell(
      "exec tracker \(Self.training) --epochs 20 >\(name) 2>\(name) </dev/null"
    ) { _ in
      try await workplace.untilThereIsAnEpoch()
      close(terminal)
    }
    #expect(outcome.status == .exited(0))
    #expect(try workplace.database().run(1).status == .finished)
  }

  private static let words = training.split(separator: " ").map(String.init) + ["--quiet"]

  /// Sends a signal, and waits until it has arrived: of two that wait, the system forgets one. Whoever waits
  /// for a lock meanwhile must not wait for other tests as well, so that this one keeps its thread.
  private static func send(_ signal: Int32, to process: pid_t) {
    kill(process, signal)
    while isWaiting(signal, for: process) { usleep(1_000) }
  }

  private static func isWaiting(_ signal: Int32, for process: pid_t) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let pending = status?.split(separator: "\n").first { $0.hasPrefix("ShdPnd:") }
    let mask = pending.flatMap { UInt64($0.dropFirst(8), radix: 16) } ?? 0
    return mask & 1 << UInt64(signal - 1) != 0
  }

  private static func hasEnded(_ process: pid_t) -> Bool {
    let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    return status?.split(separator: ")").last?.hasPrefix(" Z") ?? true
  }
}

extension Workplace {
  /// Waits until a training has stored an epoch.
  func untilThereIsAnEpoch() async throws {
    try await wait {
      try (try? database())?.runs(seenFrom: .current(), at: Date()).first?.epochs ?? 0 > 0
    }
  }
}
