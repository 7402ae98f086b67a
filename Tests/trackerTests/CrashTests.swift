import Foundation
import Randomness
import RunStore
import Subprocess
import TestSupport
import Testing

/// A training that is ended at any moment loses no finished epoch, and goes on to what it would have come
/// to: weights, losses and alerts.
@Suite(.slow) struct CrashTests {
  /// The number of moments to try: a kill may cut anything short, a polite signal is answered.
  private static func moments(of signals: [Int32]) -> Int {
    signals == [SIGKILL] ? 50 : 10
  }

  private static let epochs = 3
  /// Its loss jumps, and layers die after two of its epochs: each alert is to be there once.
  private static let training = [
    "run", "lenet", "--data", "shapes", "--limit", "700", "--validation-limit", "50", "--epochs",
    "\(epochs)", "--batch-size", "20", "--lr", "1", "--on-divergence", "continue", "--quiet",
  ]

  /// A command that trains, and the one that brings its run to the end.
  enum Way: CaseIterable {
    case run, resume

    var command: [String] { self == .run ? CrashTests.training : end }
    /// A finished run of one epoch can be gone on with to a later end, also if that was begun before.
    var end: [String] {
      ["resume", "1", "--quiet"] + (self == .run ? [] : ["--epochs", "\(CrashTests.epochs)"])
    }

    /// A folder in which the command can be given.
    func workplace() async throws -> Workplace {
      let workplace = try Workplace()
      guard self == .resume else { return workplace }
      try await CrashTests.firstEpoch.value.write(to: workplace.file("tracker.db"))
      return workplace
    }
  }

  /// The bytes of a file whose run has the first epoch, made once.
  private static let firstEpoch = Task {
    let workplace = try Workplace()
    let outcome = try await workplace.tracker(training + ["--epochs", "1"])
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    return try Data(contentsOf: workplace.file("tracker.db"))
  }

  @Test(arguments: Way.allCases, [[SIGKILL], [SIGINT], [SIGHUP, SIGTERM]])
  func endedTrainingsGoOnToTheSame(way: Way, signals: [Int32]) async throws {
    let whole = try Workplace()
    #expect(try await whole.tracker(Self.training).status == .exited(0))
    let expected = try Facts(whole.database())
    #expect(expected.alerts.count > 2)
    let duration = try await way.workplace().duration(of: way.command)
    let seed = UInt64(signals.reduce(0, +)) + (way == .run ? 0 : 100)
    var generator = SeededGenerator(seed: seed)
    for number in 0..<Self.moments(of: signals) {
      let moment = duration * generator.nextUniform(from: 0, to: 1)
      let signal = signals[number % signals.count]
      let workplace = try await way.workplace()
      try await workplace.tracker(way.command, endedBy: signal, after: moment)
      try await expectWhole(
        expected, in: workplace, by: way, "\(signal) after \(moment) of seed \(seed)")
    }
  }

  @Test func aTerminatedTrainingSaysHowToGoOn() async throws {
    let workplace = try Workplace()
    let long = Self.training.filter { $0 != "--quiet" } + ["--epochs", "1000000"]
    let outcome = try await workplace.tracker(long) { process in
      try await wait { try (try? workplace.database())?.checkpoint(ofRun: 1) != nil }
      kill(process, SIGTERM)
    }
    #expect(outcome.status == .exited(143))
    #expect(outcome.errors.contains("tracker resume 1"))
    let record = try workplace.database().run(1)
    #expect(record.status == .interrupted && record.exitCode == 143)
    #expect(try workplace.database().checkpoint(ofRun: 1) != nil)
  }

  /// Expects that the file in the folder is sound, and that its run can be brought to its end.
  private func expectWhole(
    _ expected: Facts, in workplace: Workplace, by way: Way, _ comment: Comment
  ) async throws {
    // Ended before there was a run: nothing is lost.
    guard let database = try? workplace.database(),
      let summary = try database.runs(seenFrom: .current(), at: Date()).first
    else { return }
    let findings = try database.examine(seenFrom: .current(), at: Date())
    #expect(findings.allSatisfy { $0.kind == .staleRun }, "\(comment): \(findings)")
    #expect(summary.status != .running, comment)
    let checkpoint = try database.checkpoint(ofRun: 1)
    #expect((checkpoint?.weights.epoch ?? 0) >= summary.epochs, comment)
    if summary.status != .finished || summary.epochs < Self.epochs {
      let outcome = try await workplace.tracker(way.end)
      #expect(outcome.status == .exited(0), "\(comment): \(outcome.errors)")
    }
    #expect(try Facts(workplace.database()) == expected, comment)
    #expect(try database.run(1).status == .finished, comment)
    #expect(try database.examine(seenFrom: .current(), at: Date()).isEmpty, comment)
  }
}

/// What must be the same however often a training was ended: hashes of all snapshots, losses, alerts.
private struct Facts: Equatable {
  let hashes: [String]
  let losses: [Double]
  let alerts: [String]

  init(_ database: RunDatabase) throws {
    hashes = try database.tensorSummaries(ofRun: 1).map { "\($0.epoch) \($0.step) \($0.blobHash)" }
    losses = try database.metrics(ofRun: 1)
      .filter { $0.name.hasSuffix("loss") || $0.name.hasSuffix("accuracy") }.map(\.value)
    alerts = try database.alerts(ofRun: 1).map {
      "\($0.step ?? -1) \($0.epoch ?? -1) \($0.level) \($0.kind) \($0.message)"
    }
  }
}

/// A command that changes a file and is killed leaves it as it was, or as it is to be; one of several
/// transactions, as after one of them.
@Suite(.slow) struct ChangeCrashTests {
  /// The number of moments to try.
  private static let moments = 50

  @Test(arguments: [
    ["delete", "1"], ["restore", "2"], ["goal", "val/loss", "max"],
    ["prune", "--deleted-for", "0"],
  ])
  func aKilledChangeIsThereOrNot(command: [String]) async throws {
    let before = try await Self.file()
    let duration = try await before.duration(of: command)
    let states = [try State(await Self.file()), try State(before)]
    #expect(states[0] != states[1])
    var generator = SeededGenerator(seed: UInt64(command[0].count))
    for _ in 0..<Self.moments {
      let moment = duration * generator.nextUniform(from: 0, to: 1)
      let workplace = try await Self.file()
      try await workplace.tracker(command, endedBy: SIGKILL, after: moment)
      let comment: Comment = "\(command) killed after \(moment)"
      let state = try State(workplace)
      let isWhole =
        command[0] == "prune"
        ? state.isBetween(states[0], and: states[1]) : states.contains(state)
      #expect(isWhole, comment)
      let findings = try workplace.database().examine(seenFrom: .current(), at: Date())
      #expect(findings.allSatisfy { $0.kind == .unnamedChunks }, "\(comment): \(findings)")
      _ = try await workplace.tracker(command)
      #expect(try State(workplace) == states[1], comment)
    }
  }

  /// A file with a run, and another one that is deleted.
  private static func file() async throws -> Workplace {
    let workplace = try await Workplace.withRun()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    let time = Date(timeIntervalSince1970: 0)
    let run = try database.createRun(RunDraft(name: "second", startedAt: time)).id
    try database.finishRun(run, status: .finished, at: time)
    try database.deleteRun(run, seenFrom: .current(), at: time)
    return workplace
  }

  /// What the commands change.
  private struct State: Equatable {
    private var rows: [[SQLValue]] = []

    /// Whether this one has nothing that the first has not, and all that the last has.
    func isBetween(_ first: State, and last: State) -> Bool {
      rows.allSatisfy(first.rows.contains) && last.rows.allSatisfy(rows.contains)
    }

    init(_ workplace: Workplace) throws {
      let reader = try StatementReader(readingFrom: workplace.path("tracker.db"))
      for sql in [
        "SELECT id, name, deleted_at IS NULL FROM runs ORDER BY id",
        "SELECT run_id, kind, epoch FROM snapshots ORDER BY id",
        "SELECT hash FROM blobs ORDER BY hash",
        "SELECT word, goal FROM metric_rules ORDER BY word",
      ] {
        try reader.select(sql, onColumns: { _ in }, onRow: { rows.append($0) })
      }
    }
  }
}
