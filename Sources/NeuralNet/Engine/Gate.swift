import CProcessor
import Dispatch
import Synchronization

/// Lets one thread wait until another opens the gate, which closes behind it.
///
/// The waiting thread spins for some 100 µs before it sleeps: waking a sleeping thread takes longer
/// than what the engine does between two batches.
final class Gate: Sendable {
  private enum State {
    static let closed: UInt8 = 0
    static let open: UInt8 = 1
    static let slept: UInt8 = 2
  }

  private let state = Atomic(State.closed)
  private let wakeUp = DispatchSemaphore(value: 0)
  private let spins: Int

  /// - Parameter spins: How often the waiting thread looks before it sleeps.
  init(spins: Int) {
    self.spins = spins
  }

  /// Lets the waiting thread through, or the next one that comes to wait.
  func open() {
    if state.exchange(State.open, ordering: .acquiringAndReleasing) == State.slept {
      wakeUp.signal()
    }
  }

  /// Waits until the gate is open, and closes it. What was written before `open` can then be read.
  func pass() {
    var spinsLeft = spins
    while state.load(ordering: .acquiring) == State.closed {
      if spinsLeft > 0 {
        spinsLeft -= 1
        processor_pause()
      } else if state.compareExchange(
        expected: State.closed, desired: State.slept, ordering: .acquiringAndReleasing
      ).exchanged {
        wakeUp.wait()
      }
    }
    state.store(State.closed, ordering: .releasing)
  }
}
