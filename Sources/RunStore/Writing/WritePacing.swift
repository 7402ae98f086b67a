import Foundation

/// Lets other writers have the file between the transactions of a long work.
///
/// SQLite has no queue of writers: who finds the file locked asks again after 25 ms at the most, for the
/// first eighth of a second. A pause of this length before then is never missed.
final class WritePacing {
  private static let work = Duration.milliseconds(60)
  private static let pause = 0.026

  /// How long the steps of one transaction may take together. With it, the work between two pauses never
  /// comes near the eighth of a second.
  private static let transaction = Duration.milliseconds(20)

  /// Takes small steps until there are no more or the time of a transaction is over: how long a step takes
  /// depends on the file and the machine.
  /// - Parameter step: Returns whether there is more.
  /// - Returns: Whether there is more.
  static func takeSteps(_ step: () throws -> Bool) rethrows -> Bool {
    let start = ContinuousClock.now
    while try step() {
      if ContinuousClock.now - start > transaction { return true }
    }
    return false
  }

  private var start = ContinuousClock.now

  /// Comes after each transaction, and waits now and then.
  func pause() {
    guard ContinuousClock.now - start > Self.work else { return }
    Thread.sleep(forTimeInterval: Self.pause)
    start = .now
  }
}
