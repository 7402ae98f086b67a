import Foundation
import Testing

@testable import Reporting

@Suite struct JSONTextTests {
  /// All characters of the basic plane, and some beyond, in pieces.
  private static let pieces = stride(from: 0 as UInt32, to: 0x12000, by: 0x1000).map { start in
    (start..<start + 0x1000).compactMap(Unicode.Scalar.init).reduce(into: "") {
      $0.unicodeScalars.append($1)
    }
  }

  @Test(arguments: pieces)
  func textComesBackAndControlsNothing(piece: String) throws {
    var json = ""
    JSONText.append(piece, to: &json)
    #expect(!json.unicodeScalars.contains(where: VisibleText.isDisruptive))
    let read = try #require(
      JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed) as? String)
    #expect(Array(read.unicodeScalars) == Array(piece.unicodeScalars))
  }

  @Test func everyDisruptiveCharacterIsEscapedAlsoAlone() {
    for piece in Self.pieces {
      for scalar in piece.unicodeScalars where VisibleText.isDisruptive(scalar) {
        var json = ""
        JSONText.append(String(scalar), to: &json)
        #expect(json.hasPrefix("\"\\"), "\(scalar.value)")
      }
    }
  }

  @Test func slashesAndLettersStayAsTheyAre() {
    var json = ""
    JSONText.append("a/b é \u{202E}\u{9B}\u{7F}", to: &json)
    #expect(json == #""a/b é \u202e\u009b\u007f""#)
  }

  @Test func jsonOfOthersIsEscapedOutsideOfItsWhiteSpace() {
    #expect(
      JSONText.escaping("{\n\t\"a\\n\u{9B}\u{202E}\": \"\u{7F}/\"\r\n}")
        == "{\n\t\"a\\n\\u009b\\u202e\": \"\\u007f/\"\r\n}")
  }
}
