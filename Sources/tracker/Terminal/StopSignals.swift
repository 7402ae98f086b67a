import Foundation
import Synchronization

/// Ctrl-C and SIGTERM while something trains: the first asks it to stop, the second ends the program.
enum StopSignals {
  /// The signal that has come; 0 for none.
  private static let received = Atomic<Int32>(0)

  /// From now on, these signals no longer end the program at once.
  static func listen() {
    // Made here, before a signal handler looks at it: there nothing may be allocated.
    received.store(0, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        let isFirst = StopSignals.received.compareExchange(
          expected: 0, desired: number, ordering: .relaxed
        ).exchanged
        if !isFirst { _exit(128 + number) }
      }
    }
  }

  /// Whether a signal has come.
  static var shouldStop: Bool { received.load(ordering: .relaxed) != 0 }

  /// The exit code that tells of the signal, as shells do; nil if none has come.
  static var exitCode: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : 128 + number
  }
}
