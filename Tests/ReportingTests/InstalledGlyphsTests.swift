import Testing

@testable import Reporting

@Suite struct InstalledGlyphsTests {
  private let glyphs = InstalledGlyphs(
    list: "TrueType 20-7e a0-17f 2014\nCFF 65e5 672c\nType 1 2192\nTrueType 20-7e zz 9-1\n")

  @Test func aCharacterThatNoFontHasIsReplaced() {
    #expect(glyphs.replacingMissing(in: "a é — 日本\n") == "a é — 日本\n")
    #expect(glyphs.replacingMissing(in: "run 🚀 → \u{E000}") == "run ? ? ?")
    #expect(InstalledGlyphs.usual.replacingMissing(in: "α ≤ 1 – «Ж» 日") == "α ≤ 1 – «Ж» ?")
  }

  @Test func whatJoinsCharactersLeavesNothing() {
    #expect(glyphs.replacingMissing(in: "👩\u{200D}🔬\u{FE0F}") == "??")
  }
}
