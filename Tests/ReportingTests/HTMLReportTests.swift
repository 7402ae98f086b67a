import Foundation
import RunStore
import TestSupport
import Testing

@testable import Reporting

@Suite struct HTMLReportTests {
  @Test func aFileWithoutRunsNamesEveryCommand() async throws {
    let fixture = try ComparisonFixture()
    let report = HTMLReport(on: fixture.database)
    #expect(try report.missingParts().map(\.title) == HTMLReport.parts.map(\.title))
    let page = try await report.html()
    for part in HTMLReport.parts {
      #expect(page.contains("<code>\(part.command)</code>"))
    }
    try expectGolden(page, "report-empty.html")
  }

  @Test func aTruthTableStandsWithItsRunAndCommand() async throws {
    let fixture = try ComparisonFixture()
    var draft = RunDraft(
      name: "<adaline> & \"co\"", startedAt: Date(), recipe: "adaline",
      parameters: ["gate": "and", "weights": "-1.5,1,1"])
    draft.command = "tracker run adaline --name '<b>'"
    let run = try fixture.database.createRun(draft).id
    let rows = zip(0..., [(-1.0, -1.0, -3.5), (1, 1, 0.5)]).map { row, values in
      PredictionRecord(
        row: row, inputs: [values.0, values.1], target: values.2 > 0 ? 1 : -1, sum: values.2,
        output: values.2 > 0 ? 1 : -1)
    }
    try fixture.database.record(RunBatch(time: Date(), predictions: rows), run: run)
    try fixture.database.finishRun(run, status: .finished, at: Date())
    let report = HTMLReport(on: fixture.database)
    #expect(try report.missingParts().count == HTMLReport.parts.count - 1)
    let page = try await report.html()
    #expect(page.contains("Run 1<br><code>tracker run adaline --name &#39;&lt;b&gt;&#39;</code>"))
    #expect(page.contains("<td class=\"number\">-3.5</td><td class=\"number\">-1</td></tr>"))
  }

  @Test func aDrawingGetsNamesOfItsOwnAndKeepsItsText() {
    let text = "<text>run id=\"3\" href='#a' url(#b) ></text>"
    let drawing = "<?xml?><svg><g id=\"a\" fill=\"url(#b)\"><use href='#a'/></g>\(text)</svg>"
    #expect(
      HTMLText.inline(svg: drawing, number: 7)
        == "<svg><g id=\"f7-a\" fill=\"url(#f7-b)\"><use href='#f7-a'/></g>\(text)</svg>")
  }

  /// Nothing is fetched: no address, no script, no frame.
  @Test func thePageNeedsNothingElse() async throws {
    let fixture = try ComparisonFixture()
    let page = try await HTMLReport(on: fixture.database).html()
    for word in ["http", "<script", "<link", "<iframe", "url(", "@import", "src="] {
      #expect(!page.contains(word))
    }
  }
}
