import Reporting
import RunStore
import Testing

/// Tables of text that have to fit a terminal.
@Suite struct ColumnFitTests {
  private static let long = "resnet-50 with cosine schedule run"

  private func text(_ table: Table, width: Int) -> (lines: [String], leftOut: [String]) {
    var writer = TableWriter(.text, to: "", width: width)
    table.write(to: &writer)
    return (writer.output.split(separator: "\n").map(String.init), writer.leftOut)
  }

  private static let runs = Table(
    columns: [
      Table.Column("id", importance: 3), Table.Column("name", importance: 3), "status", "lr",
      Table.Column("val/loss", importance: 2), "seconds",
    ],
    rows: (1...12).map { run in
      [
        .integer(run), .text(long + "\(run)"), "finished", .real(0.1 / Double(run)),
        .real(1 / Double(run)), .real(Double(run) + 0.5),
      ]
    })

  @Test(arguments: 40...130)
  func noLineIsWiderThanTheTerminal(width: Int) {
    let (lines, leftOut) = text(Self.runs, width: width)
    #expect(lines.count == 14)
    #expect(lines.allSatisfy { $0.count <= width })
    // What tells runs apart stays, and differs.
    #expect(!leftOut.contains("id") && !leftOut.contains("name"))
    #expect(Set(lines.dropFirst(2).map { $0.dropFirst(4) }).count == 12)
  }

  @Test func columnsGoThatSayTheSameAndThenTheLeastImportant() {
    #expect(text(Self.runs, width: 80).leftOut == [])
    #expect(text(Self.runs, width: 56).leftOut == ["status"])
    #expect(text(Self.runs, width: 46).leftOut == ["status", "seconds"])
    #expect(text(Self.runs, width: 34).leftOut == ["status", "lr", "seconds"])
  }

  /// Where each column is a run, none goes while shorter heads will do.
  @Test(arguments: [60, 50, 44])
  func headsAreShortenedBeforeWhatMattersMostGoes(width: Int) {
    let columns: [Table.Column] = ["name", "value", "a (4)", "b (5)"].map { name in
      let long = name.contains("(") ? Self.long + Self.long + name : name
      return Table.Column(long, importance: Table.Column.mostImportant)
    }
    let table = Table(
      columns: columns, rows: [["val/accuracy", "best epoch", 0.123456, 0.654321]])
    let (lines, leftOut) = text(table, width: width)
    #expect(leftOut == [] && lines.allSatisfy { $0.count <= width })
    #expect(lines[0].contains("(4)") && lines[0].contains("(5)"), "\(lines[0])")
  }

  @Test func whatFitsIsAsItIs() {
    #expect(
      text(Self.runs, width: 200).lines.joined(separator: "\n") + "\n"
        == Self.runs.formatted(as: .text))
  }

  @Test func ofSeveralLinesTheFirstIsShown() {
    let table = Table(columns: ["sql"], rows: [["CREATE TABLE a (\n  b\n)"], ["x\r\ny"]])
    #expect(
      text(table, width: 80).lines == ["sql", "------------------", "CREATE TABLE a ( …", "x …"])
  }

  @Test func headsOverNumbersAreCutSuchThatTheyDiffer() throws {
    let table = Table(
      columns: ["name", Table.Column(Self.long + "1 (1)"), Table.Column(Self.long + "2 (2)")],
      rows: [["loss", 0.1, 0.2]])
    let (lines, leftOut) = text(table, width: 50)
    #expect(leftOut.isEmpty && lines[0].count <= 50)
    #expect(lines[0].contains("1 (1)") && lines[0].contains("2 (2)"))
  }

  @Test func rowsAfterTheSampleAreCut() {
    var writer = TableWriter(.text, to: "", width: 20, sampleSize: 1)
    writer.begin(["name", "value"])
    writer.row(["a", 1])
    writer.row([.text(Self.long), 2])
    writer.end()
    #expect(writer.output.split(separator: "\n").allSatisfy { $0.count <= 20 })
  }
}
