import Foundation
import Randomness
import TestSupport
import Testing

@testable import Server

/// The reader of JSON, which anyone may send anything.
@Suite struct ServedJSONTests {
  @Test func numbersAreReadToTheBit() throws {
    var random = SeededGenerator(seed: 7)
    for _ in 0..<2_000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      #expect(try JSONValue(parsing: Array("\(value)".utf8)).real == value)
      let short = (value.remainder(dividingBy: 1) * 1e6).rounded() / 1e6
      #expect(try JSONValue(parsing: Array("\(short)".utf8)).real == short)
    }
    for text in [
      "0.1", "1e22", "1e23", "123456789012345678", "9007199254740993", "1e-7", "-0.0", "5e-324",
      "1e400",
    ] {
      #expect(try JSONValue(parsing: Array(text.utf8)).real == Double(text))
    }
  }

  @Test(
    arguments: [
      ("4", 4), ("\"4\"", 4), ("4.0", 4), ("-9223372036854775808", Int64.min),
      ("\"9223372036854775807\"", .max),
      ("9223372036854775808", nil), ("4.5", nil), ("true", nil), ("\"\"", nil), ("\" 4\"", 4),
      ("\"4 5\"", nil),
    ] as [(String, Int64?)])
  func wholeNumbersAreReadInEitherForm(text: String, value: Int64?) throws {
    #expect(try JSONValue(parsing: Array(text.utf8)).integer == value)
  }

  @Test func textComesOutAsItWentIn() throws {
    for text in [
      "", "plain", "ä学🎈", "\"\\\n\t\r\u{0}\u{1F}/", String(repeating: "x", count: 10_000),
    ] {
      #expect(try JSONValue(parsing: Array(JSONWriter.text(text).utf8)).string == text)
    }
    #expect(try JSONValue(parsing: Array(#""\ud83c\udf88\u00e4\/""#.utf8)).string == "🎈ä/")
  }

  @Test(arguments: [
    "", "{", "[1,", "{\"a\" 1}", "{\"a\":1,}", "[1 2]", "01", "1.", "1e", "-", "\"a", "\"\\x\"",
    "\"\\ud800\"",
    "tru", "nul", "{\"a\":}", "[,]", "1 2", "\u{FEFF}1", String(repeating: "[", count: 10_000),
  ]) func whatIsNoJSONIsRefused(text: String) {
    #expect(throws: JSONDocument.Malformed.self) { try JSONValue(parsing: Array(text.utf8)) }
  }

  @Test func damagedTextNeverTraps() throws {
    var random = SeededGenerator(seed: 11)
    let text =
      #"{"run_id":"a","metrics":[{"key":"m\u00e4","value":-1.5e3,"timestamp":1,"step":"2"}],"x":[null,true,{}]}"#
    for _ in 0..<3_000 {
      guard let value = try? JSONValue(parsing: Array(text.utf8).damaged(using: &random)) else {
        continue
      }
      _ = value.shown
      _ = value.forEachMember { _, member in
        _ = (member.string, member.real, member.integer, member.elements?.count)
      }
    }
  }

  @Test(arguments: [
    "0.10", "1e-3", "007", "True", "None", "nan", "inf", "-inf", "7", "-7", "0.1", "100000.0",
    "1E5", "+1", "",
    "9223372036854775808", "1_000", "0x10", "ä", "1e400", ".5", "5.", "-0", "-0.0", "none",
    "Infinity",
  ]) func paramsComeBackAsTheyWent(text: String) {
    let stored = ParamText.stored(text)
    #expect((stored.text ?? ParamText.text(of: stored.value)) == text)
  }
}
