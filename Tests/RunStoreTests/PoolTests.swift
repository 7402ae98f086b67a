import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import RunStore

/// Several threads read beside one that writes.
@Suite struct PoolTests {
  @Test func readersSeeTheLastCommitWhileAnotherThreadWrites() throws {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(writingTo: folder.path("tracker.db"), readers: 3)
    let run = try database.createRun(RunDraft(name: "first", startedAt: StoreFixture.start)).id
    try database.write { db in
      try db.run("UPDATE runs SET name = 'second' WHERE id = :run", ["run": SQLValue(run)])
      // The transaction is open: three threads at once answer with the state before it.
      let names = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 3) { _ in
        let name = (try? database.run(run).name) ?? "none"
        names.withLock { $0.append(name) }
      }
      #expect(names.withLock { $0 } == ["first", "first", "first"])
    }
    #expect(try database.run(run).name == "second")
  }

  @Test func manyThreadsReadAndOneWrites() throws {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(writingTo: folder.path("tracker.db"), readers: 4)
    let run = try database.createRun(RunDraft(name: "first", startedAt: StoreFixture.start)).id
    let names = Mutex<[String]>([])
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
      for step in 0..<50 {
        do {
          if thread == 0 {
            try database.record(
              RunBatch(
                time: StoreFixture.start,
                metrics: [MetricPoint(name: "loss", step: step, value: Double(step))]), run: run)
          } else {
            // The summary and the points are always of one state.
            let summary = try database.metricSummaries(ofRun: run).first
            let points = try database.metrics(ofRun: run)
            if (summary?.count ?? 0) > points.count { names.withLock { $0.append("lost") } }
          }
        } catch {
          names.withLock { $0.append("\(error)") }
        }
      }
    }
    #expect(names.withLock { $0 } == [])
    #expect(try database.metricSummaries(ofRun: run).first?.count == 50)
  }
}
