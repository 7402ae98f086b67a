/// Someone who is told what happens in a training: a recorder, a progress bar, a test's array.
public protocol TrainingObserver {
  /// Takes note of an event. An error ends the training.
  mutating func observe(_ event: TrainingEvent) throws
}

/// Tells two observers, the first one first.
public struct ObserverPair<First: TrainingObserver, Second: TrainingObserver>: TrainingObserver {
  /// Is told first.
  public private(set) var first: First
  /// Is told if the first one did not object.
  public private(set) var second: Second

  /// Joins two observers.
  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  public mutating func observe(_ event: TrainingEvent) throws {
    try first.observe(event)
    try second.observe(event)
  }
}
