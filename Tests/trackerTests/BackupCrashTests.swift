import Foundation
import Randomness
import RunStore
import TestSupport
import Testing

/// A backup that is ended at any moment leaves no file of its name, or a whole one.
@Suite(.serialized) struct BackupCrashTests {
  /// The number of moments to try; more with `TRACKER_TESTS=all`.
  private static let moments =
    ProcessInfo.processInfo.environment["TRACKER_TESTS"] == "all" ? 50 : 4

  @Test func aKilledBackupIsWholeOrNotThere() async throws {
    let workplace = try Workplace()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    let run = try database.createRun(RunDraft(name: "large", startedAt: Date())).id
    let tensors = (0..<5).map { number in
      TensorRecord(
        name: "w\(number)", shape: [1_000_000],
        values: (0..<1_000_000).map { Float($0 + number) })
    }
    try database.record(
      RunBatch(time: Date(), snapshots: [SnapshotRecord(epoch: 0, tensors: tensors)]), run: run)
    try database.finishRun(run, status: .finished, at: Date())
    let clock = ContinuousClock()
    let start = clock.now
    #expect(try await workplace.tracker(["backup", "whole.db"]).status == .exited(0))
    let duration = clock.now - start
    var generator = SeededGenerator(seed: 1)
    for number in 0..<Self.moments {
      let moment = generator.nextUniform(from: 0, to: 1)
      let name = "copy\(number).db"
      _ = try await workplace.tracker(["backup", name]) { process in
        // The moment is the point of the test: there is nothing to wait for but time.
        try await Task.sleep(for: duration * moment)
        kill(process, SIGKILL)
      }
      let comment: Comment = "killed after \(moment) of \(duration)"
      let files = try workplace.files
      #expect(!files.contains(name + "-journal") && !files.contains(name + "-wal"), comment)
      if files.contains(name) {
        let copy = try RunDatabase(readingFrom: workplace.path(name))
        #expect(try copy.examine(seenFrom: .current(), at: Date()).isEmpty, comment)
        #expect(try copy.tensorSummaries(ofRun: run).count == tensors.count, comment)
        try FileManager.default.removeItem(atPath: workplace.path(name))
      }
      // Whatever was left of it, the name can be used.
      #expect(try await workplace.tracker(["backup", name]).status == .exited(0), comment)
      for file in try workplace.files where file.hasPrefix(name) {
        try FileManager.default.removeItem(atPath: workplace.path(file))
      }
    }
  }
}
