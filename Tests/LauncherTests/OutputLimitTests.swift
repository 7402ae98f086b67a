import RunStore
import Testing

@testable import Launcher

/// Output that is longer than is kept.
@Suite struct OutputLimitTests {
  @Test(arguments: [1, 7, 1_000])
  func theMiddleIsLeftOutWithAWord(atOnce: Int) throws {
    var limit = OutputLimit(bytes: 2_400)
    var stored: [Int: String] = [:]
    let lines = (1...1_000).map {
      OutputLine(number: $0, time: nil, stream: .stdout, text: String(1_000 + $0))
    }
    for start in stride(from: 0, to: lines.count, by: atOnce) {
      let step = limit.admit(Array(lines[start..<min(start + atOnce, lines.count)]))
      if let removed = step.removed { for number in removed { stored[number] = nil } }
      for line in step.lines { stored[line.number] = line.text }
      #expect(stored.values.reduce(0) { $0 + $1.utf8.count + 20 } < 3_000 + 24 * atOnce)
    }
    let numbers = stored.keys.sorted()
    #expect(numbers.prefix(50) == Array(1...50)[...])
    #expect(numbers.suffix(50) == Array(951...1_000)[...])
    let words = stored.values.filter { $0.contains("are left out here") }
    #expect(words == ["… \(1_000 - numbers.count + 1) lines are left out here …"])
  }

  @Test func whatIsSkippedBelongsToTheMiddle() {
    var limit = OutputLimit(bytes: 100)
    func line(_ number: Int) -> OutputLine {
      OutputLine(number: number, time: nil, stream: .stdout, text: "a")
    }
    #expect(limit.admit([line(1), line(2), line(3)]).lines.map(\.number) == [1, 2, 3])
    #expect(limit.isFull)
    let step = limit.admit([line(8), line(9)], skipped: 7)
    #expect(step.removed == 3...7)
    #expect(step.lines.map(\.text) == ["… 5 lines are left out here …", "a", "a"])
    #expect(step.lines.map(\.number) == [3, 8, 9])
    #expect(limit.admit([line(5)], skipped: 6).lines.isEmpty)
  }

  @Test func shortOutputIsKeptWholeAndLinesMayChange() {
    var limit = OutputLimit(bytes: 100)
    let line = OutputLine(number: 1, time: nil, stream: .stdout, text: "0%")
    for _ in 0..<100 { #expect(limit.admit([line]) == .init(lines: [line])) }
  }
}
