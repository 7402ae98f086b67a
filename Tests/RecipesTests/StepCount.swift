import Synchronization
import Training

/// Counts from 1, for closures that are asked again and again.
final class StepCount: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}

/// Is told everything and says nothing.
struct Silence: TrainingObserver {
  func observe(_ event: TrainingEvent) {}
}
