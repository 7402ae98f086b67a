import Foundation
import RunStore
import TestSupport
import Testing

/// Sixteen processes log into one file while two others read it.
@Suite(.slow) struct ManyWritersTests {
  /// Four points an epoch: a loss and three weights.
  private static let epochs = 2_500

  @Test func sixteenProcessesLoseNothing() async throws {
    let workplace = try Workplace()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for seed in 0..<16 {
        group.addTask {
          let outcome = try await workplace.tracker([
            "run", "lms", "--lr", "0.001", "--epochs", "\(Self.epochs)", "--seed", "\(seed)",
            "--name", "writer", "--quiet",
          ])
          #expect(outcome.status == .exited(0), "\(outcome.errors)")
        }
      }
      for _ in 0..<2 {
        group.addTask {
          for _ in 0..<10 {
            let outcome = try await workplace.tracker(["list"])
            // At first there may be no file yet.
            let isEarly = outcome.errors.contains("no file") || outcome.errors.contains("is empty")
            #expect(outcome.status == .exited(0) || isEarly, "\(outcome.errors)")
          }
        }
      }
      try await group.waitForAll()
    }
    let database = try workplace.database()
    let runs = try database.runs(seenFrom: .current(), at: Date())
    #expect(runs.count == 16)
    for run in runs {
      #expect(run.status == .finished)
      let series = try database.metricSummaries(ofRun: run.id)
        .filter { $0.name == "train/loss" || $0.name.hasPrefix("weight/") }
      #expect(series.count == 4 && series.allSatisfy { $0.count == Self.epochs })
    }
  }
}
