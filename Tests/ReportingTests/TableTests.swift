import Foundation
import Reporting
import RunStore
import TestSupport
import Testing

@Suite struct TableTests {
  /// Something of everything: all kinds of value, text that each format must escape, names that repeat.
  static let everything = Table(
    columns: [
      "id", "name", "val/loss", "val/loss", Table.Column("note", alignment: .right), "data",
    ],
    rows: [
      [1, "lenet", 0.335_721_9, 1.0, "50 % of $5 & #1_a {x} ~^ \\", .blob(Data([1, 2, 3]))],
      [2, "日本語 🎉", .real(.nan), -1.5e-5, "line\nbreak\ttab \"quoted\", comma", .null],
      [-3, "", .real(.infinity), .real(-.infinity), "a | b `c` *d* _e_ <f>", .blob(Data([]))],
      [.integer(.max), "cafe\u{301}", 1e300, -0.0, "[option] -- \u{1B}[31m", nil],
      [nil, nil, nil, 20_123.45, "\u{202E}abc", .blob(Data([255]))],
    ])

  @Test(arguments: TableFormat.allCases)
  func everyFormatWritesEverything(format: TableFormat) throws {
    try expectGolden(Self.everything.formatted(as: format), "everything.\(format.rawValue)")
  }

  @Test(arguments: TableFormat.allCases)
  func aTableWithoutRowsHasItsHead(format: TableFormat) throws {
    let table = Table(columns: ["epoch", "loss"])
    try expectGolden(table.formatted(as: format), "empty.\(format.rawValue)")
  }

  @Test(arguments: TableFormat.allCases)
  func aTableWithoutColumnsDoesNotTrap(format: TableFormat) {
    _ = Table(columns: [], rows: [[], []]).formatted(as: format)
  }

  @Test(arguments: TableFormat.allCases)
  func streamingGivesTheSameAsTheWholeTable(format: TableFormat) {
    var writer = TableWriter(format, to: "", sampleSize: 5)
    Self.everything.write(to: &writer)
    #expect(writer.output == Self.everything.formatted(as: format))
  }

  @Test func aWiderValueAfterTheSampleIsNotCut() {
    var writer = TableWriter(.text, to: "", sampleSize: 1)
    Table(columns: ["a", "b"], rows: [["x", 1], ["longer", 2]]).write(to: &writer)
    #expect(writer.output == "a  b\n-  -\nx  1\nlonger  2\n")
  }

  @Test func repeatedNamesGetKeysOfTheirOwn() {
    let table = Table(columns: ["a", "a", "a_2", "a"], rows: [[1, 2, 3, 4]])
    #expect(table.formatted(as: .jsonl) == #"{"a": 1, "a_3": 2, "a_2": 3, "a_4": 4}"# + "\n")
  }

  @Test func aQuoteWithACombiningMarkIsEscaped() {
    let table = Table(columns: ["a"], rows: [["\"\u{301}"]])
    #expect(table.formatted(as: .csv) == "a\n\"\"\"\u{301}\"\n")
    #expect(table.formatted(as: .jsonl) == "{\"a\": \"\\\"\u{301}\"}\n")
  }

  @Test(arguments: [
    (0.1 + 0.2, "0.3"), (1, "1"), (-0.0, "-0"), (123_456.7, "123457"), (999_999.6, "1000000"),
    (123_456_789.4, "123456789"), (1e15, "1e+15"), (1.5e-7, "1.5e-07"), (-.infinity, "-inf"),
    (0.891_217_4, "0.891217"), (.nan, "nan"),
  ])
  func realsAreRoundedForPeople(number: Double, text: String) {
    let lines = Table(columns: ["x"], rows: [[.real(number)]]).formatted(as: .text).split(
      separator: "\n")
    #expect(lines.last?.filter { $0 != " " } == text)
  }
}
