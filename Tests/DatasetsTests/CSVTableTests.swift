import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct CSVTableTests {
  private func table(
    _ text: String, header: CSVHeader = .detected, columnCount: Int? = nil
  ) throws -> CSVTable {
    try CSVTable(
      decoding: Array(text.utf8), name: "t.csv", header: header, columnCount: columnCount)
  }

  @Test func aHeaderIsDetected() throws {
    let found = try table("x0,x1,d\n1,-0.5,2e-3\n1,+2,.5\n")
    #expect(found.columnNames == ["x0", "x1", "d"])
    #expect(found.rows == [[1, -0.5, 0.002], [1, 2, 0.5]])
    #expect(found.columnCount == 3)
    #expect(try table("1,2\n3,4").columnNames == nil)
  }

  @Test(arguments: [
    "1,2\n3,4", "1,2\n3,4\n", "1,2\r\n3,4\r\n", "\u{FEFF}1,2\n3,4\n\n\r\n", " 1 ,\t2\n3,4",
    "\"1\",\"2\"\n3,\"4\"", "\"1 \",2\n\" 3\",4",
  ])
  func everySpellingOfATableIsAccepted(text: String) throws {
    #expect(try table(text).rows == [[1, 2], [3, 4]])
  }

  @Test func quotedNamesMayHoldCommasQuotesAndLineEnds() throws {
    let found = try table("\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\n1,2,3\n")
    #expect(found.columnNames == ["a,b", "say \"x\"", "two\nlines"])
  }

  @Test func theHeaderCanBePrescribed() throws {
    #expect(try table("1,2\n3,4", header: .present).columnNames == ["1", "2"])
    #expect(throws: CSVError.notANumber(file: "t.csv", line: 1, column: 1, text: "a")) {
      try table("a,b\n3,4", header: .absent)
    }
  }

  /// A misspelt number is no header.
  @Test func aFirstLineWithSomeNumbersIsData() {
    #expect(throws: CSVError.notANumber(file: "t.csv", line: 1, column: 2, text: "2,5")) {
      try table("1,\"2,5\"\n3,4")
    }
  }

  @Test(
    arguments: [
      ("", "t.csv is empty."),
      ("\n\n", "t.csv is empty."),
      ("a,b\n", "t.csv has a header and no rows."),
      ("1,2\n3\n", "t.csv, line 2: column 2 is missing (expected 2 columns)."),
      ("1,2\n3,4,5\n", "t.csv, line 2: column 3 is extra (expected 2 columns)."),
      ("a,b\n1,2,3\n", "t.csv, line 2: column 3 is extra (expected 2 columns)."),
      ("1,2\n\n3,4\n", "t.csv, line 2 is empty."),
      ("\n1,2\n", "t.csv, line 1 is empty."),
      ("1,2\n3,\n", "t.csv, line 2, column 2 is empty."),
      ("1,2\n3,x\n", "t.csv, line 2, column 2: \"x\" is not a number."),
      ("1,2\n3,0x10\n", "t.csv, line 2, column 2: \"0x10\" is not a number."),
      ("1,2\n3,4 5\n", "t.csv, line 2, column 2: \"4 5\" is not a number."),
      ("a,\"b\nc\"\n1,x\n", "t.csv, line 3, column 2: \"x\" is not a number."),
      ("1,2\nnan,4\n", "t.csv, line 2, column 1: \"nan\" is not a finite number."),
      ("1,2\n3,-inf\n", "t.csv, line 2, column 2: \"-inf\" is not a finite number."),
      ("nan,inf\n", "t.csv, line 1, column 1: \"nan\" is not a finite number."),
      ("1,1e999\n", "t.csv, line 1, column 2: \"1e999\" is not a finite number."),
      ("1,2\n3,\"4\n", "t.csv, line 2, column 2: the quote is never closed."),
      ("1,2\n3,\"4\"5\n", "t.csv, line 2, column 2: there is a quote in the middle of the field."),
      ("1,2\n3,4\"\n", "t.csv, line 2, column 2: there is a quote in the middle of the field."),
      (
        "1,2\r3,4",
        "t.csv, line 1 ends with a carriage return (CR) alone, as on old Macintoshes."
      ),
    ])
  func errorsNameLineAndColumn(text: String, message: String) {
    let columnCount = text.contains("\r") ? 2 : nil
    let error = #expect(throws: CSVError.self) { try table(text, columnCount: columnCount) }
    #expect(error?.localizedDescription == message)
    #expect(error?.recoverySuggestion?.isEmpty == false)
  }

  @Test func theNumberOfColumnsCanBePrescribed() {
    #expect(throws: CSVError.missingColumn(file: "t.csv", line: 1, column: 3, expected: 3)) {
      try table("a,b\n1,2\n", columnCount: 3)
    }
  }

  @Test func longTextsAreShortenedInMessages() {
    let error = #expect(throws: CSVError.self) {
      try table("1\n" + String(repeating: "é", count: 1_000))
    }
    let text = String(repeating: "é", count: 40) + "…"
    #expect(error == .notANumber(file: "t.csv", line: 2, column: 1, text: text))
  }

  @Test func filesThatCannotBeReadAreNamed() throws {
    let folder = try TemporaryFolder()
    let missing = folder.path("none.csv")
    #expect(throws: FileAccessError.missing(path: missing)) { try CSVTable(contentsOf: missing) }
    #expect(throws: FileAccessError.isFolder(path: folder.url.path)) {
      try CSVTable(contentsOf: folder.url.path)
    }
    #expect(throws: FileAccessError.notARegularFile(path: "/dev/null")) {
      try CSVTable(contentsOf: "/dev/null")
    }
    #expect(
      FileAccessError.missing(path: missing).localizedDescription == "There is no file \(missing).")
  }

  @Test(.enabled(if: geteuid() != 0, "root may read everything"))
  func anUnreadableFileIsAnError() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("secret.csv")
    try folder.write(Array("1,2\n".utf8), to: "secret.csv")
    try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: path)
    #expect(throws: FileAccessError.unreadable(path: path, reason: "Permission denied")) {
      try CSVTable(contentsOf: path)
    }
  }

  @Test func numbersSurviveTheRoundTripBitForBit() throws {
    let values = [
      0.1, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1 / 3, 123_456_789.123_456_79,
    ]
    let text = values.map { "\($0)" }.joined(separator: ",")
    #expect(try table(text).rows[0].map(\.bitPattern) == values.map(\.bitPattern))
  }
}
