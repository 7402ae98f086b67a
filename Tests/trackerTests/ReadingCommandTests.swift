import Foundation
import RunStore
import TestSupport
import Testing
import Training

@Suite struct ReadingCommandTests {
  @Test func theLayerTableIsTheOneOfTheReport() async throws {
    let workplace = try await Workplace.withRun()
    let csv = try await workplace.tracker(["export", "layers", "latest", "--format", "csv"])
    let expected = """
      layer,input,output,weight,parameters,macs
      conv1,"(1, 3, 32, 32)","(1, 6, 28, 28)","(6, 3, 5, 5)",450,352800
      conv2,"(1, 6, 14, 14)","(1, 16, 10, 10)","(16, 6, 5, 5)",2400,240000
      fc1,"(1, 400)","(1, 120)","(120, 400)",48000,48000
      fc2,"(1, 120)","(1, 84)","(84, 120)",10080,10080
      fc3,"(1, 84)","(1, 10)","(10, 84)",840,840
      total,,,,61770,651720
      "total with biases",,,,62006,658238

      """
    #expect(csv.output == expected)
    let latex = try await workplace.tracker(["export", "layers", "1", "--format", "latex"])
    #expect(latex.output.contains(#"\begin{tabular}"#))
    let markdown = try await workplace.tracker(["export", "layers", "1", "--format", "markdown"])
    #expect(markdown.lines.allSatisfy { $0.hasPrefix("|") && $0.hasSuffix("|") })
  }

  @Test(
    arguments: TestScope.some([
      ["list"], ["show", "1"], ["sql", "SELECT id, name FROM runs"], ["export", "layers", "1"],
      ["export", "metrics", "1"], ["export", "params", "1"], ["export", "histograms", "1"],
    ]))
  func everyReadingCommandPrintsEveryFormat(command: [String]) async throws {
    let workplace = try await Workplace.withRun()
    for format in ["text", "markdown", "csv", "json", "jsonl", "latex"] {
      let outcome = try await workplace.tracker(command + ["--format", format])
      #expect(outcome.status == .exited(0), "\(format)")
      #expect(outcome.errors == "", "\(format)")
      #expect(outcome.output.last?.isNewline == true, "\(format)")
      switch format {
      case "json": #expect(isJSON(outcome.output))
      case "jsonl": #expect(outcome.lines.allSatisfy(isJSON))
      default: #expect(outcome.lines.count > 1, "\(format)")
      }
    }
    // To read leaves no trace.
    #expect(try workplace.files == ["tracker.db"])
  }

  @Test func showPrintsNoMoreThanAPersonReadsAndAllToPrograms() async throws {
    let workplace = try await Workplace.withRun()
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      """
      INSERT INTO params (run_id, name, value)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
      SELECT 1, 'zz' || i, i FROM n
      """)
    let text = try await workplace.tracker(["show", "1"])
    #expect(text.lines.count { $0.hasPrefix("zz") } < 1_000)
    #expect(text.errors.contains("Parameters") && text.errors.contains("tracker show 1 --format"))
    let lines = try await workplace.tracker(["show", "1", "--format", "jsonl"])
    #expect(lines.lines.count { $0.contains("\"zz") } == 1_500)
    #expect(lines.errors.isEmpty)
  }

  @Test func compareReadsNoMoreThanAPersonDoesAndAllForPrograms() async throws {
    let workplace = try Workplace()
    let file = workplace.path("tracker.db")
    _ = try RunDatabase(writingTo: file)
    try PlainConnection(path: file).execute(
      """
      INSERT INTO runs (id, status) VALUES (1, 'finished'), (2, 'finished');
      INSERT INTO metrics (run_id, name, step, value) VALUES (1, 'loss', 1, 1), (2, 'loss', 1, 2);
      INSERT INTO params (run_id, name, value) VALUES
        (1, 'equal', 1), (2, 'equal', 1.0), (1, 'none', NULL), (2, 'none', NULL), (1, 'some', NULL),
        (2, 'some', 1);
      INSERT INTO params (run_id, name, value)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
      SELECT 1, 'zz' || i, i FROM n
      """)
    let sideBySide = try await workplace.tracker(["compare", "1", "2"])
    #expect(sideBySide.lines.count { $0.hasPrefix("zz") } == 999)
    #expect(sideBySide.lines.contains { $0.hasPrefix("some") })
    #expect(!sideBySide.lines.contains { $0.hasPrefix("equal") || $0.hasPrefix("none") })
    let all = try await workplace.tracker(["compare", "1", "2", "--all-params"])
    #expect(all.lines.contains { $0.hasPrefix("equal") })
    let leaderboard = try await workplace.tracker(["compare", "--format", "markdown"])
    #expect(leaderboard.lines[0].components(separatedBy: "zz").count == 100)
    for cut in [sideBySide, all, leaderboard] {
      #expect(cut.errors.contains("There are more parameters"))
    }
    let whole = try await workplace.tracker(["compare", "1", "2", "--format", "jsonl"])
    #expect(whole.lines.count { $0.contains("\"zz") } == 1_500 && whole.errors.isEmpty)
    let wide = try await workplace.tracker(["compare", "--format", "csv"])
    #expect(wide.lines[0].components(separatedBy: "zz").count == 1_501)
  }

  @Test func everyCommandSaysTheSameOfARunWhoseProcessIsGone() async throws {
    let workplace = try Workplace()
    let database = try RunDatabase(writingTo: workplace.path("tracker.db"))
    let here = Machine.current()
    // Still to come, so that no run grows silent while other tests keep the machine busy.
    let start = Date() + 3600
    // No process has the largest of all ids.
    for pid in [pid_t.max, getpid()] {
      var draft = RunDraft(name: "run of \(pid)", startedAt: start)
      (draft.host, draft.bootID, draft.pid) = (here.host, here.bootID, Int(pid))
      draft.pidNamespace = here.pidNamespace
      _ = try database.createRun(draft)
    }
    for (run, word) in [(1, "crashed"), (2, "running")] {
      let shown = try await workplace.tracker(["show", "\(run)"])
      #expect(shown.lines.contains { $0.split(separator: " ") == ["status", "\(word)"] })
    }
    for command in [["list"], ["compare"], ["compare", "1", "2"]] {
      let lines = try await workplace.tracker(command).lines
      // A line a run, or one line for both.
      #expect(lines.contains { $0.contains("crashed") }, "\(command)")
      #expect(lines.contains { $0.contains("running") }, "\(command)")
    }
  }

  @Test func exportsHoldWhatWasStored() async throws {
    let workplace = try await Workplace.withRun()
    let metrics = try await workplace.tracker(["export", "metrics", "1", "--format", "csv"])
    #expect(metrics.lines.first == "name,step,epoch,value,recorded_at,repeat")
    // A header, 7 numbers an epoch, and before training too the gradient norms of 5 layers under two names
    // and the dead fractions of 4.
    #expect(metrics.lines.count == 57)
    let last = try await workplace.tracker(["export", "metrics", "1@2", "--format", "csv"])
    #expect(last.lines.count == 22)
    let bins = try await workplace.tracker(["export", "histograms", "1@0", "--format", "csv"])
    #expect(bins.lines.first == "epoch,layer,quantity,bin,lower,upper,count")
    let rows = bins.lines.dropFirst().map { $0.split(separator: ",") }
    #expect(rows.allSatisfy { $0[0] == "0" })
    let counts = rows.filter { $0[1] == "conv1" && $0[2] == "weight" }.compactMap { Int($0[6]) }
    #expect(counts.reduce(0, +) == 450)
  }

  @Test(arguments: ["1", "latest", "lenet", "best:val/loss", "best:val/accuracy"])
  func aRunIsFoundByEveryKindOfName(selector: String) async throws {
    let outcome = try await Workplace.withRun().tracker(["show", selector])
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.contains("lenet"))
  }

  @Test func weightsOfAnyEpochAreExportedBitForBit() async throws {
    let workplace = try await Workplace.withRun()
    let database = try workplace.database()
    for (selector, epoch) in [("latest", 2), ("1@0", 0), ("1@1", 1)] {
      let name = "lenet-1-epoch\(epoch).safetensors"
      let outcome = try await workplace.tracker(["export", "weights", selector])
      #expect(outcome.output == name + "\n")
      let file = try SafetensorsFile(contentsOf: workplace.path(name))
      let snapshot = try database.snapshot(ofRun: 1, epoch: epoch)
      #expect(file.tensors.map(\.name) == snapshot.tensors.map(\.name))
      #expect(file.tensors.map(\.shape) == snapshot.tensors.map(\.shape))
      #expect(file.tensors.map(\.values) == snapshot.tensors.map(\.values))
      #expect(file.metadata["epoch"] == String(epoch))
    }
  }

  @Test func theBestEpochStandsForItsWeights() async throws {
    let workplace = try await Workplace.withRun()
    // The first epoch becomes the best one.
    let sql = """
      INSERT INTO metrics (run_id, name, step, epoch, value)
      SELECT run_id, name, step, epoch, -1 FROM metrics WHERE name = 'val/loss' AND epoch = 1
      """
    _ = try await workplace.shell("sqlite3 tracker.db \"\(sql)\"")
    for selector in ["best:val/loss", "1@best"] {
      let outcome = try await workplace.tracker([
        "export", "weights", selector, "-o", "\(selector.count)",
      ])
      #expect(outcome.errors == "Epoch 1 of run 1 has its best val/loss.\n")
      let file = try SafetensorsFile(contentsOf: workplace.path("\(selector.count)"))
      #expect(file.metadata["epoch"] == "1")
    }
    let metrics = try await workplace.tracker(["export", "metrics", "1@best", "--format", "csv"])
    #expect(metrics.lines.dropFirst().allSatisfy { $0.split(separator: ",")[2] == "1" })
    _ = try await workplace.shell("sqlite3 tracker.db 'DELETE FROM snapshots WHERE epoch = 1'")
    for command in ["export weights 1@best", "plot kernels best:val/loss"] {
      let outcome = try await workplace.shell("tracker \(command)")
      #expect(outcome.status == .exited(1))
      #expect(
        outcome.errors.contains("no snapshot of epoch 1.\nTry: choose one of its epochs: 0, 2"))
    }
  }

  @Test(arguments: [
    "export weights 1 -o w", "export artifact 1 kept.txt -o w", "show 1 --format csv -o w",
    "compare 1 2 --format csv -o w",
  ])
  func noExportReplacesAFileUnlessItIsSaid(command: String) async throws {
    let workplace = try await Workplace.withRun()
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      """
      INSERT INTO runs (id, name, status) VALUES (2, 'other', 'finished');
      INSERT INTO blobs (hash, byte_count, data)
      VALUES ('2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881', 1, x'78');
      INSERT INTO artifacts (run_id, name, media_type, blob_hash) VALUES
        (1, 'kept.txt', 'text/plain', '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881')
      """)
    let written = try await workplace.shell("tracker \(command)")
    #expect(written.status == .exited(0), "\(written.errors)")
    let again = try await workplace.shell("tracker \(command)")
    #expect(again.status == .exited(1) && again.errors.contains("already.\nTry: "))
    #expect(again.errors.contains("--force"))
    #expect(try await workplace.shell("tracker \(command) --force").status == .exited(0))
  }

  @Test func tablesGoToAFileEach() async throws {
    let workplace = try await Workplace.withRun()
    let outcome = try await workplace.tracker(["show", "1", "--format", "csv", "-o", "made/here"])
    #expect(outcome.lines.contains("made/here/metrics.csv"), "\(outcome.errors)")
    let text = try String(
      contentsOfFile: workplace.path("made/here/parameters.csv"), encoding: .utf8)
    #expect(text.hasPrefix("name,value\n") && !text.contains("\r"))
  }

  @Test func exportedWeightsStartAnotherRun() async throws {
    let workplace = try await Workplace.withRun()
    let export = ["export", "weights", "1@1", "--output", "w.safetensors"]
    #expect(try await workplace.tracker(export).output == "w.safetensors\n")
    let run = try await workplace.tracker(
      Workplace.smallRun + ["--quiet", "--init-weights", "w.safetensors"])
    #expect(run.status == .exited(0))
    let database = try workplace.database()
    #expect(
      try database.snapshot(ofRun: 2, epoch: 0).tensors
        == database.snapshot(ofRun: 1, epoch: 1).tensors)
  }

  @Test func aRunMayBeCalledWhatNoFileMay() async throws {
    let workplace = try Workplace()
    _ = try await workplace.tracker(Workplace.smallRun + ["--quiet", "--name", "a/../b"])
    let outcome = try await workplace.tracker(["export", "weights", "a/../b"])
    #expect(outcome.output == "a-..-b-1-epoch2.safetensors\n")
  }

  @Test(arguments: [
    ("1", "integer"), ("-9223372036854775808", "integer"), ("9223372036854775808", "real"),
    ("1e3", "real"), ("-0.5", "real"), ("1e999", "text"), ("nan", "text"), ("0x10", "text"),
    ("a=b", "text"), ("", "text"),
  ])
  func whatIsTypedAsAParameterHasAType(text: String, type: String) async throws {
    let outcome = try await Workplace.withRun().tracker([
      "sql", "SELECT typeof(:value)", "-p", "value=\(text)", "--format", "csv",
    ])
    #expect(outcome.lines.last == type)
  }

  private func isJSON(_ text: String) -> Bool {
    (try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil
  }

  @Test func aShapeThatIsNoneLeavesTheRestOfTheRunToRead() async throws {
    let workplace = try await Workplace.withRun()
    let change = """
      DROP TRIGGER layers_checked_update; UPDATE layers SET input_shape = '5' WHERE position = 0
      """
    #expect(try await workplace.sqlite3("tracker.db", change).errors == "")
    let show = try await workplace.tracker(["show", "1"])
    #expect(show.status == .exited(0), "\(show)")
    #expect(show.output.contains("train/loss"))
    #expect(show.output.contains("input_shape"), "\(show.output)")
    let compare = try await workplace.tracker(["compare", "1", "1"])
    #expect(compare.status == .exited(0), "\(compare)")
    let doctor = try await workplace.tracker(["doctor", "--repair"])
    #expect(doctor.output.contains("In run 1, the input_shape of the layer conv1"), "\(doctor)")
  }
}
