import Foundation
import Randomness
import RunStore
import TestSupport
import Testing

/// A merge that is ended at any moment leaves each run whole or not there.
@Suite(.slow) struct MergeCrashTests {
  /// The number of moments to try.
  private static let moments = 50
  private static let runCount = 10

  /// A folder with `source.db`: runs with a series, an artifact of 300 kB, and one of five chunks.
  private func workplace() async throws -> Workplace {
    let workplace = try Workplace()
    try await Self.source.value.write(to: workplace.file("source.db"))
    return workplace
  }

  /// The bytes of the file, made once.
  private static let source = Task {
    let workplace = try Workplace()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    for number in 1...runCount {
      let start = Date(timeIntervalSince1970: 1_000)
      let run = try database.createRun(RunDraft(name: "run \(number)", startedAt: start)).id
      let points = (1...500).map { MetricPoint(name: "loss", step: $0, value: 1 / Double($0)) }
      let data = Data(repeating: UInt8(number), count: 300_000)
      try database.record(
        RunBatch(
          time: start, metrics: points,
          artifacts: [ArtifactRecord(name: "small", mediaType: "x/y", data: data)]), run: run)
      try Data(repeating: UInt8(number), count: 5_000_000).write(to: workplace.file("large"))
      try database.storeArtifact(
        "large", ofFile: workplace.path("large"), run: run, at: start, on: .current())
      try database.finishRun(run, status: .finished, at: start)
    }
    try database.backUp(to: workplace.path("whole.db"))
    return try Data(contentsOf: workplace.file("whole.db"))
  }

  private func remove(_ prefix: String, in workplace: Workplace) throws {
    for file in try workplace.files where file.hasPrefix(prefix) {
      try FileManager.default.removeItem(atPath: workplace.path(file))
    }
  }

  /// What became of the runs when the source is merged into a file.
  private func outcomes(_ path: String, in workplace: Workplace) throws -> [MergedRun.Outcome] {
    try RunDatabase(writingTo: path)
      .merge(from: workplace.path("source.db"), seenFrom: .current(), at: Date()).map(\.outcome)
  }

  @Test func aKilledMergeLeavesEachRunWholeOrNotThere() async throws {
    let workplace = try await workplace()
    let merge = ["merge", "source.db", "--db", "target.db"]
    _ = try RunDatabase(writingTo: workplace.path("target.db"))
    let duration = try await workplace.duration(of: merge)
    var generator = SeededGenerator(seed: 1)
    var counts: Set<Int> = []
    for _ in 0..<Self.moments {
      try remove("target.db", in: workplace)
      _ = try RunDatabase(writingTo: workplace.path("target.db"))
      let moment = generator.nextUniform(from: 0, to: 1)
      try await workplace.tracker(merge, endedBy: SIGKILL, after: duration * moment)
      let comment: Comment = "killed after \(moment) of \(duration)"
      let path = workplace.path("target.db")
      let database = try RunDatabase(writingTo: path)
      let findings = try database.examine(seenFrom: .current(), at: Date())
      #expect(
        findings.allSatisfy { [.unnamedChunks, .unusedBlob].contains($0.kind) },
        "\(comment): \(findings)")
      let count = try database.runs(seenFrom: .current(), at: Date()).count
      counts.insert(count)
      _ = try database.prune(Pruning(snapshots: false), seenFrom: .current(), at: Date())
      #expect(try database.examine(seenFrom: .current(), at: Date()) == [], comment)
      // What is there lacks nothing.
      let expected = (0..<Self.runCount).map { $0 < count ? MergedRun.Outcome.present : .added }
      #expect(try outcomes(path, in: workplace) == expected, comment)
      #expect(try database.examine(seenFrom: .current(), at: Date()) == [], comment)
    }
    // Otherwise the moments say nothing.
    if Self.moments > 10 { #expect(counts.count > 3, "\(counts)") }
  }

  @Test(arguments: [
    ["merge", "source.db", "-o", "new.db"],
    ["export", "run", "3", "-o", "new.db", "--db", "source.db"],
  ])
  func aKilledCommandMakesAWholeFileOrNone(command: [String]) async throws {
    let workplace = try await workplace()
    let duration = try await workplace.duration(of: command)
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<Self.moments {
      try remove("new.db", in: workplace)
      let moment = generator.nextUniform(from: 0, to: 1.1)
      try await workplace.tracker(command, endedBy: SIGKILL, after: duration * moment)
      let comment: Comment = "killed after \(moment) of \(duration)"
      let files = try workplace.files
      #expect(files.isDisjoint(with: ["new.db-wal", "new.db-journal", "new.db-shm"]), comment)
      guard files.contains("new.db") else { continue }
      let database = try RunDatabase(readingFrom: workplace.path("new.db"))
      #expect(try database.examine(seenFrom: .current(), at: Date()) == [], comment)
      let isAlone = command[0] == "export"
      let names = try database.runs(seenFrom: .current(), at: Date()).map(\.name).sorted()
      #expect(
        names == (isAlone ? ["run 3"] : (1...Self.runCount).map { "run \($0)" }.sorted()), comment)
      let expected = (1...Self.runCount).map { number in
        !isAlone || number == 3 ? MergedRun.Outcome.present : .added
      }
      #expect(try outcomes(workplace.path("new.db"), in: workplace) == expected, comment)
    }
    try remove("new.db", in: workplace)
    // Whatever was left, the name can be used.
    #expect(try await workplace.tracker(command).status == .exited(0))
  }
}
