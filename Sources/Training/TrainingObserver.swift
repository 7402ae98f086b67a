/// Someone who is told what happens in a training: a recorder, a progress bar, a test's array.
public protocol TrainingObserver {
  /// Takes note of an event. An error ends the training.
  mutating func observe(_ event: TrainingEvent) throws
}
