import Foundation

/// Threads that do one piece of work after another together, ready for the next at once.
final class WorkerTeam {
  private let workers: [Worker]

  /// Starts the threads; the one that calls `run` is one of the `count`.
  init(count: Int) {
    // A thread that spins must not keep a core from the one that it waits for.
    let spins = count <= UsableProcessors.count ? 10_000 : 0
    workers = (1..<count).map { _ in Worker(spins: spins) }
    for worker in workers {
      let thread = Thread { worker.work() }
      thread.name = "NeuralNet.Worker"
      thread.start()
    }
  }

  deinit {
    for worker in workers { worker.start(nil) }
  }

  /// The number of threads.
  var count: Int { workers.count + 1 }

  /// Calls `body` with `0 ..< count`, at the same time, and waits for all.
  func run(_ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      // Shared without the compiler's proof that it may be. The invariant: thread `n` alone uses
      // workspace `n`, a group's results are written by the one thread that took the group's
      // number, and rows of a gradient and parameters by the one thread that they are given to.
      nonisolated(unsafe) let body = body
      for (index, worker) in workers.enumerated() { worker.start { body(index + 1) } }
      body(0)
      for worker in workers { worker.finish() }
    }
  }
}

/// What one thread of a team and its caller share.
///
/// Unchecked, because no lock guards `task`. The invariant: the caller writes it before it opens
/// `begin`, the thread reads and clears it before it opens `done`, and each waits for the other's gate.
private final class Worker: @unchecked Sendable {
  private var task: (@Sendable () -> Void)?
  private let begin: Gate
  private let done: Gate

  init(spins: Int) {
    begin = Gate(spins: spins)
    done = Gate(spins: spins)
  }

  /// Hands the thread its work; `nil` ends it.
  func start(_ task: (@Sendable () -> Void)?) {
    self.task = task
    begin.open()
  }

  /// Waits until the work is done.
  func finish() {
    done.pass()
  }

  /// What the thread does, until it is handed no work.
  func work() {
    begin.pass()
    while performTask() {
      done.open()
      begin.pass()
    }
  }

  /// Not inlined, so that the task is released before the caller goes on.
  @inline(never)
  private func performTask() -> Bool {
    guard let task else { return false }
    task()
    self.task = nil
    return true
  }
}
