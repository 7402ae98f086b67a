import CProcessor
import Dispatch
import Foundation
import Synchronization

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
/// Unchecked, because no lock guards `task`. The invariant: the caller writes it before it signals
/// `begin`, the thread reads and clears it before it signals `done`, and each waits for the other's signal.
private final class Worker: @unchecked Sendable {
  private var task: (@Sendable () -> Void)?
  private let begin: SpinningSemaphore
  private let done: SpinningSemaphore

  init(spins: Int) {
    begin = SpinningSemaphore(spins: spins)
    done = SpinningSemaphore(spins: spins)
  }

  /// Hands the thread its work; `nil` ends it.
  func start(_ task: (@Sendable () -> Void)?) {
    self.task = task
    begin.signal()
  }

  /// Waits until the work is done.
  func finish() {
    done.wait()
  }

  /// What the thread does, until it is handed no work.
  func work() {
    begin.wait()
    while performTask() {
      done.signal()
      begin.wait()
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

/// A binary semaphore for one waiting thread and one that signals.
///
/// The waiting thread spins for some 100 µs before it sleeps: waking a sleeping thread takes longer
/// than what the engine does between two batches.
private final class SpinningSemaphore: Sendable {
  private enum State {
    static let idle: UInt8 = 0
    static let signalled: UInt8 = 1
    /// The waiting thread sleeps, or is about to.
    static let asleep: UInt8 = 2
  }

  private let state = Atomic(State.idle)
  private let wakeUp = DispatchSemaphore(value: 0)
  private let spins: Int

  /// - Parameter spins: How often the waiting thread looks before it sleeps.
  init(spins: Int) {
    self.spins = spins
  }

  /// Lets the waiting thread go on, or the next one that comes to wait.
  func signal() {
    if state.exchange(State.signalled, ordering: .acquiringAndReleasing) == State.asleep {
      wakeUp.signal()
    }
  }

  /// Waits for a signal, and takes it. What was written before `signal` can then be read.
  func wait() {
    var spinsLeft = spins
    while state.load(ordering: .acquiring) == State.idle {
      if spinsLeft > 0 {
        spinsLeft -= 1
        processor_pause()
      } else if state.compareExchange(
        expected: State.idle, desired: State.asleep, ordering: .acquiringAndReleasing
      ).exchanged {
        wakeUp.wait()
      }
    }
    state.store(State.idle, ordering: .releasing)
  }
}
