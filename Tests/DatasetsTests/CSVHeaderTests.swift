import Foundation
import TestSupport
import Testing

@testable import Datasets

/// No row of data vanishes as a header, and no header becomes data without a word.
@Suite struct CSVHeaderTests {
  private func table(_ text: String, header: CSVHeader = .detected) throws -> CSVTable {
    try CSVTable(decoding: Array(text.utf8), name: "t.csv", header: header)
  }

  @Test(arguments: [
    "x", "x0", "_x", "Sepal length (cm)", "β", "größe", "price ($)", "share %", "a|b", "t", "n",
    "e5", "V1", "x 1", "march_1", "decay2", "monitor 3", "nana", "nothing", "information",
    "trueness",
    "euros1", "date", "May", "week", "ID#", "USD",
  ])
  func namesMakeAHeader(name: String) throws {
    let found = try table("\(name),d\n1,2\n")
    #expect(found.columnNames == [name, "d"])
    #expect(found.rows == [[1, 2]])
    #expect(found.firstLine == 2)
  }

  @Test(arguments: [
    "NA", "N/A", "n.a.", "NaN", "nan", "NaN(5)", "null", "NULL", "None", "nil", "missing", "?", "-",
    "--", ".", "true", "FALSE", "yes", "No", "inf", "-Inf", "Infinity", "\"1,000\"", "\"0,5\"",
    "50%", "0x1", "1_000", "1 000", "1'000", "$5", "€ 3", "US$5", "USD 5", "EUR5", "5 EUR", "(5)",
    "1/2", "½", "2026-11-25", "25.11.2026", "12:30", "Nov 25 2026", "Nov-25", "25 Nov", "Jan 5",
    "Sun 12:30", "Wed Nov 25 18:20:00 UTC 2026", "5kg", "1e", "+", "#N/A", "#DIV/0!", "∞", "١",
    "\u{2212}1", "1O", "\\N", "'5'", "e-5%", "NaT", "1;5",
  ])
  func aRowOfUnreadableValuesIsRefusedWithItsPlace(value: String) {
    for text in ["\(value),\(value)\n1,2\n", "x,\(value)\n1,2\n", "\(value),x\n1,2\n"] {
      let error = #expect(throws: CSVError.self) { try table(text) }
      #expect(error?.localizedDescription.contains("line 1") == true, "\(text)")
      #expect(error?.recoverySuggestion?.isEmpty == false)
    }
  }

  /// `T` and `F` may be names, but not twice in one header.
  @Test func twoColumnsOfOneNameAreNoHeader() {
    #expect(throws: CSVError.repeatedName(file: "t.csv", line: 1, column: 3, name: "T")) {
      try table("T,F,T\n1,0,1\n")
    }
  }

  @Test func numPysCommentIsAHeaderOnlyOfNames() throws {
    #expect(try table("# x,y\n1,2\n").columnNames == ["x", "y"])
    #expect(throws: CSVError.notANumber(file: "t.csv", line: 1, column: 1, text: "# 1")) {
      try table("# 1,2\n1,2\n")
    }
  }

  @Test func aHeaderOfNumbersIsNotTakenForData() throws {
    for text in ["0,1,2\n1,0,1\n", "\"0\",\"1\",\"2\"\n1,0,1\n", "0.0,1.0,2.0,3.0\n1,2,3,4\n"] {
      let error = #expect(throws: CSVError.self) { try table(text) }
      #expect(error?.localizedDescription.contains("pandas") == true)
    }
    #expect(throws: CSVError.emptyField(file: "t.csv", line: 1, column: 1)) {
      try table(",0,1\n0,1,0\n")
    }
    #expect(try table("a,b,c\n0,1,2\n3,4,5\n").rows == [[0, 1, 2], [3, 4, 5]])
    #expect(try table("0,2,1\n1,0,1\n").rows.count == 2)
  }

  /// A matrix, or a gate of one input, may well begin so: it is used, with a warning.
  @Test func aRowThatMayCountColumnsIsSaid() throws {
    for found in [try table("0,1\n1,0\n"), try table("0,1,2\n3,4,5\n", header: .absent)] {
      #expect(found.rows.count == 2)
      #expect(found.remarks.map(\.level) == [.note, .warning])
      #expect(found.remarks.last?.text.contains("pandas") == true)
    }
  }

  @Test func whatWasUsedIsSaid() throws {
    let remarks = try table("x1,x2,\"d\n3\"\n1,2,3\n4,5,6\n").remarks
    #expect(
      remarks == [DataRemark(.note, "t.csv: 2 rows of 3, after a header (x1, x2, d\n3).")])
    #expect(try table("1,2\n").remarks == [DataRemark(.note, "t.csv: 1 row of 2, no header.")])
    #expect(try table("x,\"a\nb\"\n1,2\n").firstLine == 3)
  }

  @Test(arguments: ["1e-400", "-0.0000001e-330"]) func whatWouldBecomeZeroIsRefused(text: String) {
    #expect(throws: CSVError.tooSmall(file: "t.csv", line: 1, column: 2, text: text)) {
      try table("1,\(text)\n")
    }
  }
}

/// The error says what is really the matter with a table in another form.
@Suite struct CSVFormTests {
  private func message(_ bytes: [UInt8]) -> String {
    let error = #expect(throws: CSVError.self) { try CSVTable(decoding: bytes, name: "t.csv") }
    return error?.localizedDescription ?? ""
  }

  @Test(
    arguments: [
      ("a;b;t\n0;1;1\n", "semicolons"), ("0;1;1\n1;0;1\n", "semicolons"),
      ("a;b;t\n0,5;1,5;1\n", "semicolons"), ("0,5;1,5;1\n", "semicolons"),
      ("\"a\";\"b\";\"t\"\n0;1;1\n", "semicolons"), ("1,2\n3;4\n", "semicolons"),
      ("\u{FEFF}a;b\r\n0;1\r\n", "semicolons"), ("a\tb\tt\n0\t1\t1\n", "tabs"),
      ("0\t1\t1\n", "tabs"), ("\"a\"\t\"b\"\n0\t1\n", "tabs"), ("a|b|t\n0|1|1\n", "|"),
      ("0|1\n", "|"), ("0 1 1\n1 0 1\n", "spaces"), ("a\n0 1\n", "spaces"),
      ("0,5 1,5\n", "spaces"), ("x,y\n0,5 1,5 2,5\n", "spaces"),
      ("sep=;\r\na;b;t\r\n0;0,5;1\r\n", "sep=;"), ("sep=,\na,b\n1,2\n", "sep=,"),
      ("a,b,t\r0,1,1\r1,0,1\r", "(CR)"), ("0,1\r", "(CR)"), ("a,b\r\n0,1\r1,0\r\n", "(CR)"),
      ("a,b\r\r\n0,1\r\r\n", "(CR)"), ("1,\"0,5\"\n", "decimals take a point"),
      ("1,2\0\n", "byte 0"), ("a,\u{1}\n1,2", "byte 1"),
    ])
  func separatorsAndLineEndsAreNamed(text: String, cause: String) {
    #expect(message(Array(text.utf8)).contains(cause), "\(message(Array(text.utf8)))")
  }

  @Test func otherFilesAreCalledWhatTheyAre() {
    for (kind, bytes) in FileKindTests.examples where kind != .text {
      #expect(message(bytes) == "t.csv is \(kind), not text with commas (CSV).")
    }
  }

  @Test func aByteOrderMarkIsPassedOver() throws {
    let bytes = [0xEF, 0xBB, 0xBF] + Array("x,d\r\n1,2\r\n".utf8)
    #expect(try CSVTable(decoding: bytes, name: "t.csv").columnNames == ["x", "d"])
    #expect(throws: CSVError.empty(file: "t.csv", hasHeader: false)) {
      try CSVTable(decoding: [0xEF, 0xBB, 0xBF], name: "t.csv")
    }
  }

  @Test func fieldsAndLinesWithoutEndAreRefused() {
    let long = [UInt8](repeating: UInt8(ascii: "1"), count: 100_000)
    #expect(message(long).contains("more than 65536 bytes"))
    #expect(message([UInt8(ascii: "\"")] + long).contains("more than 65536 bytes"))
    #expect(message(Array(repeating: UInt8(ascii: ","), count: 100_000)).contains("65536 columns"))
  }
}
