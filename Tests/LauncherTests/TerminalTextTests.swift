import Foundation
import RunStore
import Testing

@testable import Launcher

/// What a program prints, as lines.
@Suite struct TerminalTextTests {
  @Test(arguments: [
    ("a\nb\n", ["a", "b"]),
    ("a\r\nb\r\n", ["a", "b"]),
    ("a\n\nb", ["a", "", "b"]),
    ("\u{1B}[1;31mred\u{1B}[0m and \u{1B}]0;title\u{7}plain\n", ["red and plain"]),
    ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\\n", ["link"]),
    (" 10%|#   |\r 50%|##  |\r100%|####|\n", ["100%|####|"]),
    ("long line\rshort\u{1B}[K\n", ["short"]),
    ("long line\rshort\n", ["shortline"]),
    ("abc\u{8}\u{8}X\n", ["aXc"]),
    // Two bars below each other, as tqdm draws them.
    (
      "outer 0\n\rinner 0\u{1B}[A\router 1\n\rinner 1\u{1B}[A\router 2\n\rinner 2\u{1B}[A\n\n",
      ["outer 2", "inner 2"]
    ),
    // A table that is redrawn whole.
    ("a 1\nb 1\n\u{1B}[2A\u{1B}[2Ka 2\n\u{1B}[2Kb 2\ndone\n", ["a 2", "b 2", "done"]),
    ("before\n\u{1B}[?1049hediting\n\u{1B}[?1049lafter\n", ["before", "after"]),
    ("größe 例 🙂\n", ["größe 例 🙂"]),
    ("a\u{0}\u{7}b\tc\n", ["ab\tc"]),
  ])
  func linesAreWhatATerminalShows(printed: String, lines: [String]) {
    for size in [1, 3, 1_000] {
      #expect(Self.lines(of: Array(printed.utf8), inPiecesOf: size) == lines)
    }
  }

  @Test func whatIsNoUTF8IsReplaced() {
    #expect(
      Self.lines(of: [0x61, 0xFF, 0xC3, 0x62, 0xE2, 0x82, 0x0A], inPiecesOf: 1)
        == ["a\u{FFFD}\u{FFFD}b\u{FFFD}"])
  }

  @Test func aLineIsStoredAgainWhenItChanges() {
    var text = TerminalText(stream: .stderr)
    var number = 5
    text.write(Array("10%".utf8), at: .distantPast, number: &number) { _ in }
    #expect(text.takeChanged(all: false).isEmpty)
    #expect(text.takeChanged(all: true).map(\.text) == ["10%"])
    text.write(Array("\r20%\n".utf8), at: .distantFuture, number: &number) { _ in }
    #expect(
      text.takeChanged(all: false) == [
        OutputLine(number: 5, time: .distantPast, stream: .stderr, text: "20%")
      ])
    #expect(text.takeChanged(all: true).isEmpty)
    #expect(number == 6)
  }

  @Test func randomBytesAreTakenAndLinesThatAreDoneForgotten() {
    var generator = SystemRandomNumberGenerator()
    var text = TerminalText(stream: .stdout)
    var number = 1
    let likely = Array("ab\n\r\u{1B}[AK2;J\u{8}é".utf8)
    for _ in 0..<200 {
      let bytes = (0..<100).map { _ in
        Bool.random(using: &generator)
          ? likely.randomElement(using: &generator) ?? 0
          : UInt8.random(in: 0...255, using: &generator)
      }
      text.write(bytes, at: .distantPast, number: &number) { _ in }
      _ = text.takeChanged(all: true)
      #expect(text.count < 200)
    }
  }

  private static func lines(of bytes: [UInt8], inPiecesOf size: Int) -> [String] {
    var text = TerminalText(stream: .stdout)
    var number = 1
    var found: [Int: String] = [:]
    for start in stride(from: 0, to: bytes.count, by: size) {
      let piece = Array(bytes[start..<min(start + size, bytes.count)])
      text.write(piece, at: .distantPast, number: &number) { _ in }
      for line in text.takeChanged(all: true) { found[line.number] = line.text }
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }
}
