import Dispatch
import Foundation

/// Waits until something is so. Between two looks it leaves the processor to what it waits for.
public func wait(until isSo: () throws -> Bool) async throws {
  try await onOwnThread { while try !isSo() { usleep(5_000) } }
}

/// Does something on a thread of its own: what must come in time, as a signal to a process that runs, cannot
/// wait until the tests that share the others' threads let it come.
public func onOwnThread<Result>(_ body: () async throws -> Result) async throws -> Result {
  try await withTaskExecutorPreference(OwnThread()) { try await body() }
}

private final class OwnThread: TaskExecutor {
  private let queue = DispatchQueue(label: "one test")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
