import Foundation
import RunStore
import Subprocess
import TestSupport
import Testing

@testable import Reporting

@Suite struct LaTeXTests {
  @Test func aWideTableHasRoundedNumbersAndHeadingsOfSeveralLines() {
    let table = Table(
      columns: (1...7).map { Table.Column("final:val/loss_\($0)") },
      rows: [
        (1...7).map { .real(Double($0) + 0.123456) }, (1...7).map { .real(Double($0) + 0.12351) },
      ])
    let text = table.formatted(as: .latex)
    #expect(text.contains(#"\begin{tabular}[b]{@{}r@{}}final:\\val/\\loss\_1\end{tabular}"#))
    // 1.1235 and 1.1235 would be the same.
    #expect(text.contains("1.12346 & 2.12346") && text.contains("1.12351 & 2.12351"))
    #expect(!text.contains("footnotesize"))
  }

  @Test func numbersLoseDigitsOnlyWhereTheyStillDiffer() {
    #expect(NumberText.fewestDigits([0.123456, 0.223456]) == 4)
    #expect(NumberText.fewestDigits([0.12342, 0.12344]) == 5)
    #expect(NumberText.fewestDigits([0.123456, 0.123464]) == 6)
    #expect(NumberText.fewestDigits([1, 1, .nan, .infinity]) == 4)
    #expect(NumberText.rounded(123_456.7, digits: 4) == "123457")
    #expect(NumberText.rounded(9_999.4, digits: 4) == "9999")
  }

  @Test func aNarrowTableStaysAsItIs() {
    let table = Table(columns: ["epoch", "val/loss"], rows: [[1, 0.123456], [2, 0.223456]])
    let text = table.formatted(as: .latex)
    #expect(text.contains(#"epoch & val/loss \\"#) && text.contains("1 & 0.123456"))
  }

  @Test func aHeadingHasNoCharacterThatBreaksTheLine() {
    let table = Table(columns: ["a\tb", "c\nd"], rows: [[1, 2]])
    let text = table.formatted(as: .latex)
    #expect(text.contains(#"a\textbackslash{}tb & c\textbackslash{}nd \\"#), "\(text)")
  }

  /// Of forty columns each stands in one panel, the first in all.
  @Test func columnsThatFindNoRoomStandBelow() {
    let table = Table(
      columns: (1...40).map { Table.Column("c\($0)x") },
      rows: [(1...40).map { .text("value \($0).") }])
    let text = table.formatted(as: .latex)
    let panels = text.components(separatedBy: #"\toprule"#).count - 1
    #expect(panels > 1)
    #expect(text.components(separatedBy: "value 1.").count == panels + 1)
    for column in 2...40 {
      #expect(text.components(separatedBy: "value \(column).").count == 2)
    }
  }

  /// What is wide, long or both, in each size of the class `article`.
  static let tables = [
    Table(
      columns: (1...12).map { Table.Column("a_long_heading_\($0)") },
      rows: [
        (1...12).map { .real(1 / Double($0)) },
        Array(repeating: "50 % & $1 \\\\ #_^~{}", count: 12),
      ]),
    Table(
      columns: (1...40).map { Table.Column("metric \($0)") },
      rows: (1...60).map { row in (1...40).map { .real(1e-9 / Double(row * $0)) } }),
    Table(
      columns: ["name", "command"],
      rows: [
        [
          .text(String(repeating: "deadbeef", count: 20)),
          .text(String(repeating: "--lr 0.1 ", count: 60)),
        ],
        [.text("/a/very/long/path/that/goes/on/and/on/and/does/not/end/so/soon"), "[x] -- *y*"],
      ]),
    Table(
      columns: [Table.Column(String(repeating: "m", count: 100)), "b"],
      rows: [[1, .integer(.max)], [.real(.infinity), .text(String(repeating: "W", count: 90))]]),
    Table(
      columns: ["epoch", "loss"], rows: (1...500).map { [.integer($0), .real(1 / Double($0))] }),
  ]

  @Test(
    .enabled(
      "TRACKER_TESTS=all is not set, or there is no pdflatex",
      {
        TestScope.isFull && FileManager.default.isExecutableFile(atPath: "/usr/bin/pdflatex")
      }), arguments: ["10pt", "11pt", "12pt"])
  func everyTableFitsThePage(size: String) async throws {
    let folder = try TemporaryFolder()
    let document = """
      \\documentclass[\(size)]{article}
      \\usepackage{array,longtable}
      \\IfFileExists{booktabs.sty}{\\usepackage{booktabs}}{\\let\\toprule\\hline
        \\let\\midrule\\hline \\let\\bottomrule\\hline}
      \\begin{document}
      \(Self.tables.map { "\\noindent\n" + $0.formatted(as: .latex) }.joined(separator: "\n\\newpage\n"))
      \\end{document}
      """
    try Data(document.utf8).write(to: URL(fileURLWithPath: folder.path("table.tex")))
    let result = try await Subprocess.run(
      .path("/usr/bin/pdflatex"),
      arguments: ["-interaction=nonstopmode", "-halt-on-error", "table.tex"],
      workingDirectory: .init(folder.url.path), output: .string(limit: 1 << 20), error: .discarded)
    let words = result.standardOutput
    #expect(result.terminationStatus.isSuccess, "\(words.suffix(2_000))")
    #expect(!words.contains("Overfull"), "\(words)")
    #expect(FileManager.default.fileExists(atPath: folder.path("table.pdf")))
  }
}
