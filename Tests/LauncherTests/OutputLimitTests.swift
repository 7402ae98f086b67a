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

  @Test func shortOutputIsKeptWholeAndLinesMayChange() {
    var limit = OutputLimit(bytes: 100)
    let line = OutputLine(number: 1, time: nil, stream: .stdout, text: "0%")
    for _ in 0..<100 { #expect(limit.admit([line]) == .init(lines: [line])) }
  }
}
