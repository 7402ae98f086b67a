import Foundation
import RunStore
import TestSupport
import Testing

@testable import Reporting

@Suite struct CourseReportTests {
  @Test func aFileWithoutRunsNamesEveryCommand() async throws {
    let fixture = try ComparisonFixture()
    let report = CourseReport(on: fixture.database)
    let sources = CourseReport.parts.flatMap(\.sources)
    #expect(try report.missingSources().map(\.command) == sources.map(\.command))
    let page = try await report.html()
    for source in sources {
      #expect(page.contains("<code>\(source.command)</code>"))
    }
    try expectGolden(page, "report-empty.html")
  }

  @Test func aTruthTableStandsWithItsRunAndCommand() async throws {
    let fixture = try ComparisonFixture()
    var draft = RunDraft(
      name: "<adaline> & \"co\"", startedAt: Date(), recipe: "adaline",
      parameters: ["gate": "and", "weights": "-1.5,1,1"])
    draft.command = "/opt/bin/tracker run adaline --name '<b>' --quiet --db '/tmp/a b.db'"
    let run = try fixture.database.createRun(draft).id
    let rows = zip(0..., [(-1.0, -1.0, -3.5), (1, 1, 0.5)]).map { row, values in
      PredictionRecord(
        row: row, inputs: [values.0, values.1], target: values.2 > 0 ? 1 : -1, sum: values.2,
        output: values.2 > 0 ? 1 : -1)
    }
    try fixture.database.record(RunBatch(time: Date(), predictions: rows), run: run)
    try fixture.database.finishRun(run, status: .finished, at: Date())
    let report = CourseReport(on: fixture.database)
    #expect(
      try report.missingSources().count == CourseReport.parts.flatMap(\.sources).count - 1)
    let page = try await report.html()
    #expect(page.contains("<code>tracker run adaline --name &#39;&lt;b&gt;&#39;</code> (run 1)"))
    #expect(page.contains("<td class=\"number\">-3.5</td><td class=\"number\">-1</td></tr>"))
  }

  /// Of depth 1 a run ended in NaN and one in infinity, of depth 2 one failed and one still runs.
  @Test func whatDidNotComeToAnEndIsCountedAndLeftOut() async throws {
    let fixture = try ComparisonFixture()
    let parts: [(depth: Int, seed: Int, last: Double, status: RunStatus?)] = [
      (1, 1, 0.8, .finished), (1, 2, 0.82, .finished), (1, 3, .nan, .finished),
      (1, 4, .infinity, .finished), (2, 1, 0.7, .finished), (2, 2, 0.71, .finished),
      (2, 3, 0.1, .failed), (2, 4, 0.2, nil),
      (1, 5, 0.81, .finished), (2, 5, 0.72, .finished),
    ]
    for part in parts {
      var draft = RunDraft(
        name: "mlp", startedAt: Date(), recipe: "mlp", seed: part.seed,
        parameters: [
          "depth": .integer(Int64(part.depth)), "activation": "relu",
          "seed": .integer(Int64(part.seed)),
        ])
      draft.group = "mlp-1"
      let run = try fixture.database.createRun(draft).id
      try fixture.database.record(
        RunBatch(
          time: Date(),
          metrics: ["val/accuracy", "train/accuracy"].flatMap { name in
            [
              MetricPoint(name: name, step: 1, epoch: 1, value: 0.5),
              MetricPoint(name: name, step: 2, epoch: 2, value: part.last),
            ]
          }), run: run)
      if let status = part.status {
        try fixture.database.finishRun(run, status: status, at: Date())
      }
    }
    // The newest finished run finds the group; its other runs are shown, however they ended.
    let page = try await CourseReport(on: fixture.database).html()
    #expect(page.contains("<td>3 of 5</td><td>2 diverged</td>"))
    #expect(page.contains("<td>3 of 5</td><td class=\"long\">1 failed, 1 running</td>"))
    // Three pairs: 2 / 2³ is the smallest p.
    #expect(page.contains("the smallest p they can reach is 0.25"))
    #expect(page.contains("smallest possible p"))
  }

  @Test func longWordsOfATableMayBreakAndStayWhole() {
    let name = "best:val/loss_of_a_long_name<&"
    let table = HTMLText.table(
      Table(columns: [.init(name), "b"], rows: [["short words stay as they are", 1]]), caption: "")
    #expect(
      table.contains("<wbr>")
        && table.contains("<td class=\"long\">short words stay as they are</td>"))
    #expect(
      table.replacing("<wbr>", with: "").contains(
        "<th class=\"long\">\(HTMLText.escaping(name))</th>"))
  }

  @Test func theCommandIsAsAPersonTypesIt() {
    for (command, typed) in [
      ("/work/.build/debug/tracker run lms --quiet --db /tmp/x.db", "tracker run lms"),
      ("tracker run mlp --db 'a b.db' --seeds 3", "tracker run mlp --seeds 3"),
      ("tracker run lms --name --quieter", "tracker run lms --name --quieter"),
    ] {
      #expect(CourseReport.typed(command) == typed)
    }
  }

  @Test func aDrawingGetsNamesOfItsOwnAndKeepsItsText() {
    let text = "<text>run id=\"3\" href='#a' url(#b) ></text>"
    let drawing =
      "<?xml?><svg><title>Gnuplot</title><g id=\"a\" fill=\"url(#b)\"><use href='#a'/></g>\(text)</svg>"
    #expect(
      HTMLText.inline(svg: drawing, number: 7)
        == "<svg><g id=\"f7-a\" fill=\"url(#f7-b)\"><use href='#f7-a'/></g>\(text)</svg>")
  }

  /// Nothing is fetched: no address, no script, no frame.
  @Test func thePageNeedsNothingElse() async throws {
    let fixture = try ComparisonFixture()
    let page = try await CourseReport(on: fixture.database).html()
    for word in ["http", "<script", "<link", "<iframe", "url(", "@import", "src="] {
      #expect(!page.contains(word))
    }
  }
}
