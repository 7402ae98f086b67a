import Testing

@testable import Reporting

@Suite struct FittedTextTests {
  @Test func textThatFitsStaysAsItIs() {
    #expect(FittedText.cut("short", to: 5) == "short")
    #expect(FittedText.cut(["a", "b"], to: 3) == ["a", "b"])
  }

  @Test func textIsCutInItsMiddle() {
    #expect(FittedText.cut("abcdefghij", to: 5) == "ab…ij")
    #expect(FittedText.cut("日本日本日本", to: 7) == "日…本")
  }

  private static let long = String(repeating: "resnet_", count: 20)

  @Test(
    arguments: [
      ("", "0"), ("0", ""), ("abcdef_0", String(long.prefix(60))),
      (String(long.prefix(30)) + "0", String(long.prefix(30))),
      (long + "0", long),
    ])
  func namesThatDifferStillDo(before: String, after: String) {
    let names = (1...3).map { number in
      let (start, end) = (
        before.replacing("0", with: "\(number)"), after.replacing("0", with: "\(number)")
      )
      return start + Self.long + end
    }
    let fitted = FittedText.cut(names, to: 20)
    #expect(Set(fitted).count == 3, "\(fitted)")
    #expect(fitted.allSatisfy { DisplayWidth.of($0) <= 20 })
  }

  @Test func namesThatNoCutTellsApartAreNumbered() {
    let names = ["a", "b"].flatMap { first in
      ["c", "d"].flatMap { second in
        ["e", "f"].map { "\(first)\(Self.long)\(second)\(Self.long)\($0)" }
      }
    }
    let fitted = FittedText.cut(names, to: 20)
    #expect(Set(fitted).count == 8 && fitted.allSatisfy { DisplayWidth.of($0) <= 20 })
    #expect(FittedText.cut([Self.long, Self.long], to: 9)[0] == FittedText.cut(Self.long, to: 9))
  }
}
