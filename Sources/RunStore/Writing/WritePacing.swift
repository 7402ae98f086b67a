import Foundation

/// Lets other writers have the file between the transactions of a long work.
///
/// SQLite has no queue of writers: who finds the file locked asks again after 25 ms at the most, for the
/// first eighth of a second. A pause of this length before then is never missed.
final class WritePacing {
  private static let work = Duration.milliseconds(60)
  private static let pause = 0.026

  private var start = ContinuousClock.now

  /// Comes after each transaction, and waits now and then.
  func pause() {
    guard ContinuousClock.now - start > Self.work else { return }
    Thread.sleep(forTimeInterval: Self.pause)
    start = .now
  }
}
