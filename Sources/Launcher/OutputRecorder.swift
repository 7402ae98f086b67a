import Foundation
import RunStore

/// Stores what a program prints, line by line, while it prints; and the metrics in it, if they are wanted.
///
/// Who prints does not wait for the file: a thread of its own stores what has come since it stored last.
final class OutputRecorder: @unchecked Sendable {
  // Everything that changes is read and written with `condition` locked, but for `limit`, `waiting` and `store`,
  // which belong to the thread.
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
  /// What could not be stored when its turn came, and is tried again before all that follows.
  private var waiting: [Batch] = []
  /// Whether something waits.
  private var isDelayed = false

  /// What is stored in one transaction.
  private struct Batch {
    var lines: [OutputLine]
    var removed: ClosedRange<Int>?
    var points: [MetricPoint] = []
  }

  /// From one storing to the next, in seconds.
  private static let pause = 0.1
  /// A line that is not ended yet is stored every so many times.
  private static let openLines = 10
  /// The most lines that wait to be stored. Of the beginning of an output all are, and a program that prints
  /// more waits, too; of what comes later only the last ones are.
  private static let mostWaiting = 20_000
  /// The most points that wait to be stored.
  private static let mostPoints = 1_000_000
  /// How many lines are stored at once.
  private static let mostAtOnce = 1_000

  private let store: @Sendable ([OutputLine], ClosedRange<Int>?, [MetricPoint]) throws -> Void
  private let onDelay: @Sendable (any Error) -> Void
  private let onFailure: @Sendable (any Error) -> Void

  /// Starts the thread.
  /// - Parameters:
  ///   - scalars: Finds metrics in the lines; nil for none.
  ///   - onDelay: Is told why something cannot be stored that is tried again until the end, such as for want of
  ///     room. What comes meanwhile waits, the last lines of it if it is much.
  ///   - onFailure: Is told, once, why nothing more is stored.
  ///   - store: Stores lines and points, and removes the lines of some numbers before.
  init(
    scalars: ScalarReader?, onDelay: @escaping @Sendable (any Error) -> Void,
    onFailure: @escaping @Sendable (any Error) -> Void,
    store: @escaping @Sendable ([OutputLine], ClosedRange<Int>?, [MetricPoint]) throws -> Void
  ) {
    (self.scalars, self.store) = (scalars, store)
    (self.onDelay, self.onFailure) = (onDelay, onFailure)
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
        let found = self.scalars?.read(line, at: time) ?? []
        if self.points.count < Self.mostPoints { self.points += found }
      }
    }
    while !hasEnded, texts[stream]?.count ?? 0 > Self.mostWaiting {
      if hasBeginning || isDelayed {
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
      isDelayed = !waiting.isEmpty
      let all = isLast || turn % Self.openLines == 0
      var lines: [OutputLine] = []
      var (found, skippedLine): ([MetricPoint], Int?) = ([], nil)
      if !isDelayed || isLast {
        for stream in OutputLine.Stream.allCases {
          lines += texts[stream]?.takeChanged(all: all) ?? []
        }
        (found, skippedLine) = (points, skipped)
        (points, skipped) = ([], nil)
      }
      hasBeginning = limit.isFull
      condition.broadcast()
      condition.unlock()
      plan(lines.sorted { $0.number < $1.number }, skipped: skippedLine, found)
      do {
        while let batch = waiting.first {
          try store(batch.lines, batch.removed, batch.points)
          waiting.removeFirst()
        }
      } catch let error as RunStoreError where error.mayPass && !isLast {
        onDelay(error)
      } catch {
        onFailure(error)
        return finish()
      }
      if isLast { return finish() }
    }
  }

  /// Puts what is to be stored behind what waits already.
  private func plan(_ lines: [OutputLine], skipped: Int?, _ points: [MetricPoint]) {
    guard !lines.isEmpty || !points.isEmpty else { return }
    let step = limit.admit(lines, skipped: skipped)
    waiting.append(
      Batch(
        lines: Array(step.lines.prefix(Self.mostAtOnce)), removed: step.removed, points: points))
    for start in stride(from: Self.mostAtOnce, to: step.lines.count, by: Self.mostAtOnce) {
      waiting.append(Batch(lines: Array(step.lines[start...].prefix(Self.mostAtOnce))))
    }
  }

  private func finish() {
    condition.withLock {
      hasEnded = true
      condition.broadcast()
    }
  }
}
