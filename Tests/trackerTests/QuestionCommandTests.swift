import Foundation
import RunStore
import TestSupport
import Testing

/// `tracker compare`, `query`, `sql`, `plot` and `report`, as a person types them.
@Suite struct QuestionCommandTests {
  @Test func theLeaderboardOfOneRun() async throws {
    let workplace = try await Workplace.withRun()
    let outcome = try await workplace.tracker(["compare", "--limit", "1", "--format", "csv"])
    #expect(
      outcome.status == .exited(0)
        && outcome.errors == "Ranked by the best val/loss, smaller is better.\n")
    #expect(outcome.lines.count == 2)
    #expect(outcome.lines.first?.hasPrefix("id,name,best:val/loss,final:val/loss,") == true)
  }

  @Test func conditionsAreCheckedAndExplained() async throws {
    let workplace = try await Workplace.withRun()
    let found = try await workplace.tracker(
      [
        "compare", "--where", "lr < 1 AND recipe = 'lenet' AND \"val/loss\" < 100", "--format",
        "csv",
      ])
    #expect(found.lines.count == 2)
    for condition in ["1) OR (1", "rate < 1", "1; DROP TABLE runs", "?1 > 0"] {
      let outcome = try await workplace.tracker(["compare", "--where", condition])
      #expect(outcome.status == .exited(1) && outcome.output.isEmpty)
      #expect(outcome.errors.hasPrefix("Error: ") && outcome.errors.contains("\nTry: "))
    }
    #expect(try workplace.database().runs(seenFrom: .current(), at: Date()).count == 1)
  }

  @Test(
    arguments: [
      ["compare", "1"], ["compare", "--limit", "0"], ["compare", "--test"],
      ["compare", "1", "2", "--where", "lr < 1"], ["query", "--limit", "3"],
      ["query", "best_runs", "--limit"], ["query", "best_runs", "val/loss", "min", "3", "word"],
      ["sql", "SELECT 1", "--attach", "x"], ["sql", "SELECT 1", "--attach", "x=main"],
      ["plot", "loss", "-o", "x.jpg"], ["plot", "histogram", "--epoch", "-1"],
    ])
  func wrongUsageIsRefused(arguments: [String]) async throws {
    let outcome = try await Workplace.withRun().tracker(arguments)
    #expect(outcome.status == .exited(64), "\(outcome.errors)")
  }

  @Test func everyQuestionIsListedAndCanBeAsked() async throws {
    let workplace = try await Workplace.withRun()
    let listed = try await workplace.tracker(["query", "--format", "csv"])
    #expect(listed.lines.count == SavedQuery.names.count + 1)
    for query in try SavedQuery.all() {
      let values = query.parameters.flatMap { parameter in
        let isRun = ["run", "first", "second"].contains(parameter.name)
        return ["--\(parameter.name)", isRun ? "latest" : parameter.example]
      }
      let outcome = try await workplace.tracker(["query", query.name, "--format", "csv"] + values)
      #expect(outcome.status == .exited(0), "\(query.name): \(outcome.errors)")
      #expect(outcome.lines.first == query.columns.map(\.name).joined(separator: ","))
    }
  }

  @Test func aFolderAddsQuestions() async throws {
    let workplace = try await Workplace.withRun()
    try Data(
      """
      -- How many runs there are.
      --
      -- Parameters:
      --   :least INTEGER, for example 1: smallest id; 0 if not set
      -- Columns:
      --   runs: their number
      SELECT COUNT(*) AS runs FROM runs WHERE id >= COALESCE(:least, 0) ORDER BY runs;
      """.utf8
    ).write(to: workplace.file("mine.sql"))
    let outcome = try await workplace.tracker(
      ["query", "mine", "--queries", ".", "--format", "csv", "--least=1"])
    #expect(outcome.lines == ["runs", "1"])
    try Data("SELECT 1".utf8).write(to: workplace.file("bare.sql"))
    try Data([0xFF, 0xFE]).write(to: workplace.file("odd.sql"))
    let listed = try await workplace.tracker(["query", "--queries", "."])
    #expect(listed.status == .exited(0) && listed.lines.contains { $0.hasPrefix("mine") })
    #expect(listed.errors.contains("bare") && listed.errors.contains("odd.sql"))
    let refused = try await workplace.tracker(["query", "bare", "--queries", "."])
    #expect(refused.status == .exited(1) && refused.errors.contains("bare"))
    let missing = try await workplace.tracker(["query", "--queries", "nowhere"])
    #expect(missing.errors.contains("'nowhere' cannot be opened: there is no such folder."))
  }

  @Test func filesOfOtherEditorsAreRead() async throws {
    let workplace = try await Workplace.withRun()
    let text =
      "\u{FEFF}-- How many.\r\n--\r\n-- Columns:\r\n--   runs: their number\r\nSELECT 1 AS runs;\r\n"
    try Data(text.utf8).write(to: workplace.file("mine.sql"))
    let outcome = try await workplace.tracker(
      ["query", "mine", "--queries", ".", "--format", "csv"])
    #expect(outcome.lines == ["runs", "1"], "\(outcome.errors)")
  }

  @Test func valuesStandInTheOrderOfTheQuestion() async throws {
    let workplace = try await Workplace.withRun()
    let named = ["compare_runs", "--first", "1", "--second", "latest"]
    let placed = [
      ["compare_runs", "1", "latest"], ["compare_runs", "latest", "--first", "1"],
      ["compare_runs", "1", "-p", "second=latest"],
    ]
    let expected = try await workplace.tracker(["query"] + named).output
    #expect(!expected.isEmpty)
    for words in placed {
      #expect(try await workplace.tracker(["query"] + words).output == expected, "\(words)")
    }
    let many = try await workplace.tracker(["query", "epoch_losses", "1", "2"])
    #expect(many.status == .exited(64) && many.errors.contains("'2'"))
  }

  @Test(
    arguments: [
      (["epoch_losses", "9999"], 1, "There is no run '9999'"),
      (["best_runs", "--metric", "nope"], 1, "val/accuracy"),
      (["best_runs", "--metric", "VAL/LOSS"], 1, "val/loss"),
      (["parameter_effect", "nope"], 1, "batch_size"),
      (["parameter_effect", "lr", "nope"], 1, "val/accuracy"),
      (["histogram_over_time", "1", "nope"], 1, "conv1"),
      (["mine", "--queries", ".", "--metric", "nope"], 1, "val/accuracy"),
      (["best_runs", "--limit", "few"], 64, "limit is a whole number, not 'few'"),
      (["best_runs", "--limit", "1.5"], 64, "limit is a whole number, not '1.5'"),
      (["best_runs", "--goal", "least"], 64, "min or max"),
      (["histogram_drift", "1", "bias"], 64, "gradient"),
    ] as [([String], Int32, String)])
  func aValueThatNothingHasIsRefused(words: [String], status: Int32, said: String) async throws {
    let workplace = try await Workplace.withRun()
    try Data(
      """
      -- Which runs have a metric.
      --
      -- Parameters:
      --   :metric TEXT, for example val/loss: name of the metric
      -- Columns:
      --   run_id: the run
      SELECT run_id FROM metric_series WHERE name = :metric ORDER BY run_id;
      """.utf8
    ).write(to: workplace.file("mine.sql"))
    let outcome = try await workplace.tracker(["query"] + words)
    #expect(outcome.status == .exited(status) && outcome.output.isEmpty, "\(outcome.output)")
    #expect(outcome.errors.contains(said), "\(outcome.errors)")
  }

  @Test func settingsThatLookAlikeAreToldApart() async throws {
    let workplace = try Workplace()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    for setting in [1, 1.0, "1", .null, ""] as [SQLValue] {
      let run = try database.createRun(
        RunDraft(name: "r", startedAt: Date(), parameters: ["a": setting]))
      try database.record(
        RunBatch(time: Date(), metrics: [MetricPoint(name: "val/loss", step: 1, value: 2)]),
        run: run.id)
    }
    let effect = try await workplace.tracker(["query", "parameter_effect", "a", "--format", "csv"])
    let cells = effect.lines.dropFirst().map { $0.components(separatedBy: ",") }
    #expect(cells.map(\.last) == ["none", "number", "text", "text"], "\(effect)")
    #expect(cells.map { $0[1] } == ["1", "2", "1", "1"])
  }

  @Test func aNameMadeOfDigitsStaysAsItWasTyped() async throws {
    let workplace = try Workplace()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    let run = try database.createRun(
      RunDraft(name: "007", startedAt: Date(), parameters: ["1e3": 5]))
    try database.record(
      RunBatch(time: Date(), metrics: [MetricPoint(name: "1.50", step: 1, value: 2)]), run: run.id)
    let best = try await workplace.tracker(["query", "best_runs", "1.50", "--format", "csv"])
    #expect(best.lines.count == 2, "\(best.errors)")
    let effect = try await workplace.tracker(
      ["query", "parameter_effect", "1e3", "1.50", "--format", "csv"])
    #expect(effect.lines.count == 2, "\(effect.errors)")
    let detail = try await workplace.tracker(["query", "run_detail", "007", "--format", "csv"])
    #expect(detail.lines.count > 1, "\(detail.errors)")
  }

  @Test func aStatementMayBeginWithAComment() async throws {
    let outcome = try await Workplace.withRun().tracker(
      ["sql", "-- how many\nSELECT COUNT(*) AS n FROM runs", "--format", "csv"])
    #expect(outcome.lines == ["n", "1"], "\(outcome.errors)")
  }

  @Test func anotherFileCanBeAttached() async throws {
    let workplace = try await Workplace.withRun()
    let outcome = try await workplace.tracker(
      [
        "sql", "SELECT COUNT(*) AS n FROM runs, other.runs AS theirs", "--attach",
        "tracker.db=other", "--format", "csv",
      ])
    #expect(outcome.lines == ["n", "1"])
    let missing = try await workplace.tracker(["sql", "SELECT 1", "--attach", "no.db=other"])
    #expect(missing.status == .exited(1) && missing.errors.contains("no.db"))
    let writing = try await workplace.tracker(
      ["sql", "DELETE FROM other.runs", "--attach", "tracker.db=other"])
    #expect(writing.status == .exited(1))
  }

  @Test func metricsCanBeWide() async throws {
    let outcome = try await Workplace.withRun().tracker(
      ["export", "metrics", "1", "--wide", "--format", "jsonl"])
    #expect(outcome.lines.count == 3)
    #expect(outcome.lines.last?.contains("\"val/loss\": ") == true)
  }

  @Test(
    arguments: TestScope.some([
      ["loss"], ["metric", "val/loss"], ["histogram"], ["histogram", "--over-time"],
      ["histogram", "latest@0", "--quantity", "gradient"], ["kernels"],
      ["parallel", "--param", "lr"], ["loss", "--group-by", "lr", "--log"],
    ]))
  func everyPictureFitsTheTerminal(words: [String]) async throws {
    let workplace = try await Workplace.withRun()
    let outcome = try await workplace.tracker(["plot"] + words)
    if outcome.errors.contains("apt-get install -y gnuplot-nox") { return }
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    #expect(outcome.lines.count >= 6 && outcome.lines.allSatisfy { $0.count <= 80 })
    let file = try await workplace.tracker(["plot"] + words + ["-o", "picture.svg"])
    #expect(file.lines == ["picture.svg"])
    #expect(try String(contentsOf: workplace.file("picture.svg"), encoding: .utf8).contains("<svg"))
  }

  @Test(arguments: ["copy.svg", "link.svg"])
  func aPictureIsNotWrittenOverADatabase(name: String) async throws {
    let workplace = try await Workplace.withRun()
    let database = workplace.file("tracker.db")
    let files = FileManager.default
    try files.copyItem(at: database, to: workplace.file("copy.svg"))
    try files.createSymbolicLink(at: workplace.file("link.svg"), withDestinationURL: database)
    let before = try Data(contentsOf: database)
    let outcome = try await workplace.tracker(["plot", "loss", "-o", name])
    if outcome.errors.contains("apt-get install -y gnuplot-nox") { return }
    #expect(outcome.status == .exited(1) && outcome.errors.contains("'\(name)' is a database"))
    #expect(try Data(contentsOf: database) == before)
    #expect(try Data(contentsOf: workplace.file("copy.svg")) == before)
  }

  @Test func theReportNamesWhatIsMissing() async throws {
    let workplace = try await Workplace.withRun()
    let outcome = try await workplace.tracker(["report", "course", "-o", "out.html"])
    if outcome.errors.contains("apt-get install -y gnuplot-nox") { return }
    #expect(outcome.status == .exited(0) && outcome.lines == ["out.html"])
    #expect(outcome.errors.contains("tracker run lms"))
    let page = try String(contentsOf: workplace.file("out.html"), encoding: .utf8)
    for number in ["61770", "651720", "62006", "658238"] {
      #expect(page.contains(">\(number)</td>"))
    }
  }

  @Test func aReportShowsTheRunsThatAreAskedFor() async throws {
    let workplace = try await Workplace.withRun()
    let outcome = try await workplace.tracker(["report", "1", "-o", "out.html"])
    if outcome.errors.contains("apt-get install -y gnuplot-nox") { return }
    #expect(outcome.status == .exited(0) && outcome.lines == ["out.html"], "\(outcome)")
    let page = try String(contentsOf: workplace.file("out.html"), encoding: .utf8)
    for word in ["<h2>Curves</h2>", "<caption>Layers</caption>", "<caption>Metrics</caption>"] {
      #expect(page.contains(word), "\(word)")
    }
    let none = try await workplace.tracker(["report", "--where", "lr > 99", "-o", "none.html"])
    #expect(none.status == .exited(1) && none.errors.contains("There are no such runs."))
  }

  @Test func aReportSaysByWhatItsRunsAreRanked() async throws {
    let workplace = try Workplace()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    for values in [[0.3], [0.1, .infinity], [0.2]] {
      let run = try database.createRun(RunDraft(name: "r", startedAt: Date())).id
      let points = values.enumerated().flatMap { step, value in
        ["val/loss", "odd"].map { MetricPoint(name: $0, step: step, value: value) }
      }
      try database.record(RunBatch(time: Date(), metrics: points), run: run)
      try database.finishRun(run, status: .finished, at: Date())
    }
    let outcome = try await workplace.tracker(["report", "-o", "out.html"])
    if outcome.errors.contains("apt-get install -y gnuplot-nox") { return }
    let page = try String(contentsOf: workplace.file("out.html"), encoding: .utf8)
    #expect(page.contains("<caption>What they reached, the best val/loss first</caption>"))
    let rows = page.components(separatedBy: "<tr><td class=\"number\">").dropFirst().prefix(3)
    #expect(rows.map(\.first) == ["3", "1", "2"])
  }

  @Test func questionsAreAnsweredInTheBackgroundOfAScriptToo() async throws {
    let workplace = try await Workplace.withRun()
    // The shell has such a command ignore Ctrl-C.
    let outcome = try await workplace.shell("tracker sql 'SELECT 7 AS x' & wait $!")
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    #expect(outcome.output.hasSuffix("7\n"))
  }
}
