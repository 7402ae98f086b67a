import Testing

@testable import Reporting

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("日本", 4), ("cafe\u{301}", 4), ("🎉", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("é…", 2),
    ("\u{FEFF}", 0),
    ("☀\u{FE0F}", 2), ("한", 2), ("ﾊ", 1),
  ])
  func textIsAsWideAsATerminalShowsIt(text: String, width: Int) {
    #expect(DisplayWidth.of(text) == width)
  }

  @Test func whatIsCutFits() {
    #expect(DisplayWidth.cut("日本語", to: 4) == "日…")
    #expect(DisplayWidth.cut("abc", to: 1) == "…")
  }
}
