import Foundation
import RunStore

/// Stores what a program prints, line by line, while it prints; and the metrics in it, if they are wanted.
///
/// Who prints does not wait for the file: a thread of its own stores what has come since it stored last.
final class OutputRecorder: @unchecked Sendable {
  // Everything that changes is read and written with `condition` locked, but for `limit` and `store`, which
  // belong to the thread.
  private let condition = NSCondition()
  private var texts: [OutputLine.Stream: TerminalText] = [
    .stdout: TerminalText(stream: .stdout), .stderr: TerminalText(stream: .stderr),
  ]
  private var nextNumber = 1
  private var scalars: ScalarReader?
  private var points: [MetricPoint] = []
  private var isEnding = false
  private var hasEnded = false
  /// Whether the beginning is kept by now.
  private var hasBeginning = false
  /// The last line that was left out because others came too fast.
  private var skipped: Int?
  private var limit = OutputLimit()

  /// From one storing to the next, in seconds.
  private static let pause = 0.1
  /// A line that is not ended yet is stored every so many times.
  private static let openLines = 10
  /// The most lines that wait to be stored. Of the beginning of an output all are, and a program that prints
  /// more waits, too; of what comes later only the last ones are.
  private static let mostWaiting = 20_000
  /// How many lines are stored at once.
  private static let mostAtOnce = 1_000

  private let store: @Sendable ([OutputLine], ClosedRange<Int>?, [MetricPoint]) throws -> Void
  private let onFailure: @Sendable (any Error) -> Void

  /// Starts the thread.
  /// - Parameters:
  ///   - scalars: Finds metrics in the lines; nil for none.
  ///   - onFailure: Is told, once, why nothing more is stored.
  ///   - store: Stores lines and points, and removes the lines of some numbers before.
  init(
    scalars: ScalarReader?, onFailure: @escaping @Sendable (any Error) -> Void,
    store: @escaping @Sendable ([OutputLine], ClosedRange<Int>?, [MetricPoint]) throws -> Void
  ) {
    (self.scalars, self.onFailure, self.store) = (scalars, onFailure, store)
    let thread = Thread { self.work() }
    thread.name = "output"
    thread.start()
  }

  /// Takes what the program printed.
  func receive(
    _ bytes: [UInt8], from stream: OutputLine.Stream, at time: Date
  ) {
    condition.lock()
    defer { condition.unlock() }
    guard !hasEnded else { return }
    if scalars == nil {
      texts[stream]?.write(bytes, at: time, number: &nextNumber)
    } else {
      texts[stream]?.write(bytes, at: time, number: &nextNumber) { line in
        self.points += self.scalars?.read(line, at: time) ?? []
      }
    }
    while !hasEnded, texts[stream]?.count ?? 0 > Self.mostWaiting {
      if hasBeginning {
        let dropped = texts[stream]?.drop(allBut: Self.mostWaiting / 2)
        skipped = max(skipped ?? 0, dropped ?? 0)
      } else {
        condition.signal()
        condition.wait()
      }
    }
  }

  /// Comes back when all that was received is stored.
  func end() {
    condition.lock()
    defer { condition.unlock() }
    isEnding = true
    condition.broadcast()
    while !hasEnded { condition.wait() }
  }

  private func work() {
    var turn = 0
    while true {
      condition.lock()
      if !isEnding { _ = condition.wait(until: Date(timeIntervalSinceNow: Self.pause)) }
      let isLast = isEnding
      turn += 1
      let all = isLast || turn % Self.openLines == 0
      var lines: [OutputLine] = []
      for stream in OutputLine.Stream.allCases {
        lines += texts[stream]?.takeChanged(all: all) ?? []
      }
      let (found, skippedLine) = (points, skipped)
      (points, skipped) = ([], nil)
      hasBeginning = limit.isFull
      condition.broadcast()
      condition.unlock()
      do {
        try keep(lines.sorted { $0.number < $1.number }, skipped: skippedLine, found)
      } catch {
        onFailure(error)
        return finish()
      }
      if isLast { return finish() }
    }
  }

  private func keep(_ lines: [OutputLine], skipped: Int?, _ points: [MetricPoint]) throws {
    guard !lines.isEmpty || !points.isEmpty else { return }
    let step = limit.admit(lines, skipped: skipped)
    try store(Array(step.lines.prefix(Self.mostAtOnce)), step.removed, points)
    for start in stride(from: Self.mostAtOnce, to: step.lines.count, by: Self.mostAtOnce) {
      try store(Array(step.lines[start...].prefix(Self.mostAtOnce)), nil, [])
    }
  }

  private func finish() {
    condition.withLock {
      hasEnded = true
      condition.broadcast()
    }
  }
}
