import Foundation
import Provenance
import RunStore
import Synchronization

/// What is written into the run of a program, from its start to its end. A run that another process has
/// taken over meanwhile stays as that one has it; the program goes on.
final class ProgramJournal: Sendable {
  private let database: RunDatabase
  private let run: Int
  private let owner: String
  private let onLoss: @Sendable (String) -> Void
  private let heartbeat: Heartbeat
  private let told = Mutex<Set<Remark>>([])

  /// What is told once.
  private enum Remark { case delay, loss }

  /// - Parameter onLoss: Is told, once each, that something waits, and why something is not stored.
  init(
    database: RunDatabase, run: Int, owner: String, onLoss: @escaping @Sendable (String) -> Void
  ) {
    (self.database, self.run, self.owner, self.onLoss) = (database, run, owner, onLoss)
    heartbeat = Heartbeat(of: run, owner: owner, in: database) { Date() }
  }

  /// The artifact with the uncommitted changes.
  static let patchName = "code/changes.patch"
  /// The artifact with the packages of Python.
  static let requirementsName = "environment/requirements.txt"

  /// Keeps the state of the code and of its surroundings.
  func keep(patch: Data?, python: PythonInstallation?) {
    var artifacts: [ArtifactRecord] = []
    if let patch {
      artifacts.append(
        ArtifactRecord(name: Self.patchName, mediaType: "text/x-diff", data: patch))
    }
    if let python, !python.requirements.isEmpty {
      let text = python.requirements.map { $0 + "\n" }.joined()
      artifacts.append(
        ArtifactRecord(
          name: Self.requirementsName, mediaType: "text/plain", data: Data(text.utf8)))
    }
    guard !artifacts.isEmpty else { return }
    do {
      try database.record(RunBatch(time: Date(), artifacts: artifacts), run: run, owner: owner)
    } catch {
      lose(error)
    }
  }

  /// Stores output, and metrics that were in it.
  func store(
    _ lines: [OutputLine], removing removed: ClosedRange<Int>?, _ points: [MetricPoint]
  ) throws {
    if !lines.isEmpty {
      try database.storeOutput(lines, removing: removed, run: run, owner: owner)
    }
    if !points.isEmpty { try store(points) }
  }

  /// Stores metrics.
  func store(_ points: [MetricPoint]) throws {
    try database.record(RunBatch(time: Date(), metrics: points), run: run, owner: owner)
  }

  /// Tells, once, that the output waits to be stored.
  func wait(_ error: any Error) {
    tellOnce(
      .delay, "Warning: The output of run \(run) waits, and is tried again: \(error.words)")
  }

  /// Tells, once, that something could not be stored.
  func lose(_ error: any Error) {
    tellOnce(.loss, "Warning: Of run \(run) not everything is kept: \(error.words)")
  }

  private func tellOnce(_ remark: Remark, _ words: String) {
    if told.withLock({ $0.insert(remark).inserted }) { onLoss(words) }
  }

  /// Ends the run, and those that the program has made and not ended.
  func finish(_ status: RunStatus, reason: String?, exitCode: Int32) throws {
    let time = Date()
    do {
      try database.finishUnownedRuns(below: run, status: status, at: time)
      try database.finishRun(
        run, status: status, error: reason, exitCode: Int(exitCode), owner: owner, at: time)
    } catch let error as RunStoreError {
      lose(error)
    }
  }
}
