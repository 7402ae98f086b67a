import RunStore

/// Keeps the first and the last lines of an output that is longer than may be kept.
struct OutputLimit {
  /// How many bytes of text are kept of a run.
  static let usual = 10_000_000
  /// What a line takes beside its text, in bytes.
  private static let lineBytes = 20

  /// What is to be stored, in the place of the lines that go.
  struct Step: Equatable {
    var lines: [OutputLine]
    var removed: ClosedRange<Int>?
  }

  private let half: Int
  private var beginning = 0
  private var lastOfBeginning = 0
  /// The numbers of the lines that are gone; nil while nothing is.
  private var gap: ClosedRange<Int>?
  /// The last lines, which go when later ones come.
  private var end: [(number: Int, bytes: Int)] = []
  private var endBytes = 0
  private var largest = 0

  /// - Parameter bytes: How many bytes are kept: half of them of the beginning, and half of the end.
  init(bytes: Int = usual) { half = bytes / 2 }

  /// Whether lines of the beginning are kept no more, so that of what comes only the last is.
  var isFull: Bool { gap != nil || !end.isEmpty }

  /// Says what to do with lines that come or change, in the order of their numbers.
  /// - Parameter skipped: The last line that was left out before it came here, which takes all with it that
  ///   came after the beginning; nil if none was.
  mutating func admit(_ lines: [OutputLine], skipped: Int? = nil) -> Step {
    for line in lines where line.number > largest {
      largest = line.number
      let bytes = line.text.utf8.count + Self.lineBytes
      if end.isEmpty, gap == nil, skipped == nil, beginning + bytes <= half {
        beginning += bytes
        lastOfBeginning = line.number
      } else {
        end.append((line.number, bytes))
        endBytes += bytes
      }
    }
    // In steps of a tenth, so that not every line costs the removal of another.
    let isLong = endBytes > half + half / 10
    var last = max(skipped ?? 0, gap?.upperBound ?? 0)
    var count = 0
    while count < end.count,
      end[count].number <= last || (isLong && endBytes > half && count < end.count - 1)
    {
      endBytes -= end[count].bytes
      last = max(last, end[count].number)
      count += 1
    }
    end.removeFirst(count)
    guard last > max(lastOfBeginning, gap?.upperBound ?? 0) else { return Step(lines: kept(lines)) }
    let gap = lastOfBeginning + 1...last
    self.gap = gap
    let word = OutputLine(
      number: gap.lowerBound, time: lines.first?.time, stream: lines.first?.stream ?? .stdout,
      text: "… \(gap.count) lines are left out here …")
    return Step(lines: [word] + kept(lines), removed: gap)
  }

  private func kept(_ lines: [OutputLine]) -> [OutputLine] {
    guard let gap else { return lines }
    return lines.filter { !gap.contains($0.number) }
  }
}
