import Foundation
import RunStore
import Synchronization

/// What asks a training to stop: Ctrl-C, Ctrl-\, a terminal or a session that ends, `kill`, and what
/// batch systems send before they end a job.
///
/// The training ends with a checkpoint, and the program exits with 128 and the number of the first
/// signal. More of them change nothing, because those who send them often send several; only someone
/// who types Ctrl-C or Ctrl-\ again wants no more of it, and ends the program at once.
enum StopSignals {
  /// Those that ask to stop.
  static let all = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU]
  /// The first signal that has come; 0 for none.
  private static let received = Atomic<Int32>(0)
  /// Whether Ctrl-C or Ctrl-\ has been typed.
  private static let wasTyped = Atomic(false)
  /// Where a byte is written when a signal comes, for someone who waits; -1 for nowhere.
  private static let wakeup = Atomic<Int32>(-1)

  /// From now on, files that are not whole go when one of these signals ends the program.
  static func takeUnfinishedFilesAlong() {
    UnfinishedFiles.prepare()
    for number in all {
      handle(number) { number in
        UnfinishedFiles.remove()
        signal(number, SIG_DFL)
        // Waits until this handler has returned, and then ends the program.
        raise(number)
      }
    }
  }

  /// From now on, these signals no longer end the program at once. One that is ignored, as `nohup` and
  /// `trap ''` have it, stays so.
  static func listen() {
    // Made here, before a signal handler looks at them: there nothing may be allocated.
    received.store(0, ordering: .relaxed)
    wasTyped.store(false, ordering: .relaxed)
    for number in all {
      handle(number) { number in
        _ = StopSignals.received.compareExchange(
          expected: 0, desired: number, ordering: .relaxed)
        let wakeup = StopSignals.wakeup.load(ordering: .relaxed)
        if wakeup >= 0 {
          var byte: UInt8 = 0
          _ = write(wakeup, &byte, 1)
        }
        guard number == SIGINT || number == SIGQUIT else { return }
        if StopSignals.wasTyped.exchange(true, ordering: .relaxed) { _exit(128 + number) }
      }
    }
  }

  /// Comes back when the first signal has come; `listen` comes before.
  static func first() async {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return }
    let reading = ends[0]
    wakeup.store(ends[1], ordering: .relaxed)
    // One that came before the pipe was there has written nothing.
    guard !shouldStop else { return }
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var byte: UInt8 = 0
        while read(reading, &byte, 1) < 0 && errno == EINTR {}
        continuation.resume()
      }
    }
  }

  /// Has a signal handled, unless it is ignored.
  /// - Returns: Whether it is handled now.
  @discardableResult
  static func handle(_ number: Int32, with handler: (@convention(c) (Int32) -> Void)?) -> Bool {
    let previous = signal(number, handler)
    let wasIgnored = isSame(previous, SIG_IGN)
    if wasIgnored { signal(number, SIG_IGN) }
    return !wasIgnored
  }

  private static func isSame(
    _ first: (@convention(c) (Int32) -> Void)?, _ second: (@convention(c) (Int32) -> Void)?
  ) -> Bool {
    unsafeBitCast(first, to: Int.self) == unsafeBitCast(second, to: Int.self)
  }

  /// Whether a signal has come.
  static var shouldStop: Bool { received.load(ordering: .relaxed) != 0 }

  /// The exit code that tells of the signal, as shells do; nil if none has come.
  static var exitCode: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : 128 + number
  }
}
