import TestSupport
import Testing

/// `list`, `edit`, `experiments` and `delete`: which runs there are, and what people say of them afterwards.
@Suite struct ListTests {
  /// Three runs of two experiments: `a` and `b` with a rate and a tag, `c`, which someone has deleted.
  private func workplace() async throws -> Workplace {
    let workplace = try Workplace()
    let outcome = try await workplace.shell(
      """
      tracker init && sqlite3 tracker.db "INSERT INTO experiments (id, name) VALUES (2, 'vision');
      INSERT INTO runs (id, name, status, experiment_id, command, started_at, ended_at)
      VALUES (1, 'a', 'finished', 1, 'python a.py', 0, 3725000), (2, 'b', 'failed', 2, NULL, 1000, 2000),
      (3, 'c', 'finished', 1, NULL, 2000, 3000);
      UPDATE runs SET deleted_at = 1 WHERE id = 3;
      INSERT INTO params (run_id, name, value) VALUES (1, 'lr', 0.1), (2, 'lr', 0.2), (3, 'of c', 1);
      INSERT INTO tags (run_id, name, value)
      VALUES (1, 'baseline', ''), (1, 'by', 'me'), (1, 'mlflow.user', 'root'), (2, 'by', 'you'), (3, 'tag of c', '');
      INSERT INTO metrics (run_id, name, step, value)
      VALUES (1, 'f1', 0, 0.5), (2, 'f1', 0, 0.9), (3, 'loss/of/c', 0, 1)"
      """)
    try #require(outcome.status == .exited(0), "\(outcome.errors)")
    return workplace
  }

  @Test func theTableShowsWhatRanAndHowLong() async throws {
    let outcome = try await workplace().tracker(["list"])
    #expect(outcome.lines[0].contains("started (UTC)") && outcome.lines[0].contains("lr"))
    let row = try #require(outcome.lines.last)
    for cell in ["python a.py", "1970-01-01 00:00", "1 h 2 min", "0.1", "baseline by=me"] {
      #expect(row.contains(cell), "\(outcome.output)")
    }
    // MLflow's own books are no words of people.
    #expect(!row.contains("mlflow"))
  }

  /// None, NaN and no such parameter are three settings; SQL has one NULL for the first two.
  @Test func aParameterThatIsNaNIsShownAsSuch() async throws {
    let workplace = try await workplace()
    _ = try await workplace.shell(
      """
      sqlite3 tracker.db "INSERT INTO params (run_id, name, value, text)
      VALUES (1, 'clip', NULL, NULL), (2, 'clip', NULL, 'nan')"
      """)
    let shown = try await workplace.tracker(["show", "2"])
    #expect(shown.lines.contains { $0.hasPrefix("clip") && $0.contains("nan") })
    let compared = try await workplace.tracker([
      "compare", "--group-by", "clip", "--metric", "f1", "--all-runs",
    ])
    #expect(compared.lines.count == 4, "\(compared.output)\(compared.errors)")
    let differing = try await workplace.tracker(["compare", "--metric", "f1"])
    #expect(differing.lines[0].contains("clip"))
  }

  @Test func whatARunCallsALossIsDrawn() async throws {
    let workplace = try await workplace()
    _ = try await workplace.shell(
      """
      sqlite3 tracker.db "INSERT INTO metrics (run_id, name, step, value) VALUES (1, 'actor_loss', 0, 1),
      (1, 'actor_loss', 1, 0.5), (1, 'Critic Loss', 0, 2), (1, 'Critic Loss', 1, 3)"
      """)
    let drawn = try await workplace.tracker(["plot", "loss", "1"])
    #expect(drawn.output.contains("actor_loss") && drawn.output.contains("Critic Loss"))
    let nothing = try await workplace.tracker(["plot", "loss", "2"])
    #expect(nothing.status == .exited(1) && nothing.errors.contains("plot metric NAME 2"))
  }

  @Test func whichOfSeveralRunsOfOneNameIsSaid() async throws {
    let workplace = try await workplace()
    _ = try await workplace.tracker(["edit", "1", "--name", "b"])
    let shown = try await workplace.tracker(["show", "b"])
    #expect(shown.status == .exited(0) && shown.errors.contains("2 runs are called b; run 2"))
    #expect(try await workplace.tracker(["show", "2"]).errors == "")
    _ = try await workplace.tracker(["delete", "1", "2"])
    let restored = try await workplace.tracker(["restore", "b"])
    #expect(restored.status == .exited(1) && restored.errors.contains("1, 2"), "\(restored.errors)")
  }

  @Test func aRunThatIsNamedTwiceIsOneRun() async throws {
    let workplace = try await workplace()
    #expect(try await workplace.tracker(["list", "1", "a", "1"]).lines.count == 3)
    let groups = try await workplace.tracker([
      "compare", "1", "a", "2", "--group-by", "lr", "--all-runs", "--format", "csv",
    ])
    #expect(groups.lines.dropFirst().allSatisfy { $0.contains(",1,1,") }, "\(groups.output)")
    let report = try await workplace.tracker(["report", "1", "a", "2"])
    #expect(report.status == .exited(0), "\(report.errors)")
    #expect(try await workplace.tracker(["delete", "1", "a"]).output == "Deleted run 1.\n")
    let unknown = try await workplace.tracker(["restore", "1", "nobody"])
    #expect(unknown.status == .exited(1) && unknown.output.isEmpty, "\(unknown.output)")
    let restored = try await workplace.tracker(["restore", "1", "a"])
    #expect(restored.status == .exited(0) && restored.output == "Restored run 1.\n")
  }

  /// Swift takes the two spellings of é for the same.
  @Test func experimentsThatDifferInTheirSpellingAreTwo() async throws {
    let workplace = try await workplace()
    let composed = "\u{E9}"
    let decomposed = "e\u{301}"
    _ = try await workplace.tracker(["edit", "1", "--experiment", composed])
    _ = try await workplace.tracker(["edit", "2", "--experiment", decomposed])
    for command in [["list"], ["compare", "--metric", "f1"]] {
      let shown = try await workplace.tracker(command)
      #expect(shown.lines[0].contains("experiment"), "\(shown.output)\(shown.errors)")
      for name in [composed, decomposed] {
        let bytes = Array(name.utf8)
        #expect(shown.lines.count { Array($0.utf8).firstRange(of: bytes) != nil } == 1)
      }
    }
  }

  @Test func aBooleanIsShownAsItWasWritten() async throws {
    let workplace = try await workplace()
    _ = try await workplace.shell(
      """
      sqlite3 tracker.db "INSERT INTO params (run_id, name, value, text)
      VALUES (1, 'amp', 1, 'true'), (1, 'ema', 0, 'False'), (1, 'warmup', 0.1, '0.10')"
      """)
    let shown = try await workplace.tracker(["show", "1"])
    for words in [["amp", "true"], ["ema", "False"], ["warmup", "0.1"]] {
      #expect(shown.lines.contains { $0.split(separator: " ").map(String.init) == words })
    }
  }

  /// A column for each thing that the chosen runs have, and none for what they have not.
  @Test func theTableShowsWhatTheRunsReached() async throws {
    let workplace = try await workplace()
    let all = try await workplace.tracker(["list"])
    #expect(all.lines[0].contains(" f1 ") && all.lines[0].contains(" experiment "), "\(all.output)")
    #expect(!all.lines[0].contains("loss") && all.output.contains(" 0.9 "))
    let one = try await workplace.tracker(["list", "--experiment", "vision"])
    #expect(!one.lines[0].contains("experiment"))
    _ = try await workplace.shell(
      "sqlite3 tracker.db \"INSERT INTO metrics (run_id, name, step, value) VALUES (1, 'val/loss', 0, 1)\""
    )
    let usual = try await workplace.tracker(["list"])
    #expect(usual.lines[0].contains("val_loss") && !usual.lines[0].contains("train_loss"))
  }

  @Test func whatTheRunsAreSortedByIsShown() async throws {
    let workplace = try await workplace()
    _ = try await workplace.shell(
      """
      sqlite3 tracker.db "INSERT INTO params (run_id, name, value)
      VALUES (1, 'a1', 1), (1, 'a2', 1), (1, 'a3', 1), (1, 'a4', 1), (1, 'zeta', 1), (2, 'zeta', 2)"
      """)
    let usual = try await workplace.tracker(["list"])
    #expect(usual.lines[0].contains(" a4 ") && !usual.lines[0].contains("zeta"), "\(usual.output)")
    let sorted = try await workplace.tracker(["list", "--sort", "zeta"])
    #expect(sorted.lines[0].contains("zeta"), "\(sorted.output)")
    let byName = try await workplace.tracker(["list", "--sort", "name"])
    #expect(byName.lines[0] == usual.lines[0])
  }

  @Test(
    arguments: [
      ([], ["b", "a"]), (["--reverse"], ["a", "b"]), (["--tag", "by"], ["b", "a"]),
      (["--tag", "by=me"], ["a"]), (["--tag", "by=me", "--tag", "baseline"], ["a"]),
      (["--experiment", "vision"], ["b"]), (["--where", "lr < 0.15"], ["a"]),
      (["--where", "status = 'failed' AND f1 > 0.8"], ["b"]), (["--sort", "lr"], ["a", "b"]),
      (["--sort", "f1"], ["b", "a"]), (["--sort", "final:f1", "--reverse"], ["a", "b"]),
      (["--limit", "1"], ["b"]), (["a"], ["a"]), (["--deleted"], ["c"]),
      (["--deleted", "--where", "\"of c\" = 1", "--sort", "loss/of/c"], ["c"]),
      (["--deleted", "--where", "name = 'a'"], []),
    ] as [([String], [String])])
  func runsAreChosenAndSorted(words: [String], names: [String]) async throws {
    let outcome = try await workplace().tracker(
      ["list", "--columns", "name", "--format", "csv"] + words)
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    #expect(Array(outcome.lines.dropFirst()) == names)
  }

  @Test func columnsHaveTheNamesOfConditions() async throws {
    let names = "id,lr,f1,final:f1,tag:by,baseline,git_commit"
    let outcome = try await workplace().tracker(
      ["list", "--columns", names, "--format", "csv", "--sort", "id"])
    #expect(outcome.lines == [names, "1,0.1,0.5,0.5,me,1,", "2,0.2,0.9,0.9,you,,"])
  }

  @Test(
    arguments: TestScope.some(
      [
        (["--experiment", "visoin"], "vision"), (["--tag", "nothing"], "baseline"),
        (["--columns", "nothing"], "lr"), (["--sort", "nothing"], "f1"),
        (["--where", "nothing = 1"], "lr"), (["--columns", "of c"], "lr"),
        (["--sort", "loss/of/c"], "f1"), (["--where", "\"tag of c\""], "lr"),
        (["--tag", "tag of c"], "baseline"),
      ] as [([String], String)]))
  func aNameThatNothingHasIsAnErrorThatNamesWhatThereIs(
    words: [String], known: String
  ) async throws {
    let workplace = try await workplace()
    for command in ["list", "compare"] where command == "list" || words[0] != "--columns" {
      let outcome = try await workplace.tracker([command] + words)
      #expect(outcome.status == .exited(1))
      #expect(outcome.errors.contains(known), "\(outcome.errors)")
    }
  }

  @Test(arguments: [
    ("by", ["me", "you"]), ("experiment", ["default", "vision"]), ("lr", ["0.1", "0.2"]),
  ])
  func groupsGoByAnyNameOfACondition(name: String, groups: [String]) async throws {
    let outcome = try await workplace().tracker(
      ["compare", "--group-by", name, "--all-runs", "--format", "csv"])
    #expect(outcome.lines.dropFirst().map { $0.prefix { $0 != "," } }.map(String.init) == groups)
  }

  @Test func runsAreEdited() async throws {
    let workplace = try await workplace()
    let edited = try await workplace.tracker([
      "edit", "a", "2", "--name", "new", "--note", "odd", "--tag", "kept=1", "--untag", "by",
      "--experiment", "third", "--status", "stopped",
    ])
    #expect(edited.status == .exited(0), "\(edited.errors)")
    let outcome = try await workplace.tracker([
      "list", "--format", "csv", "--sort", "id", "--columns",
      "name,note,tag:kept,tag:baseline,experiment,status",
    ])
    #expect(
      outcome.lines.dropFirst() == ["new,odd,1,1,third,stopped", "new,odd,1,,third,stopped"])
    let missing = try await workplace.tracker(["edit", "1", "--untag", "nothing"])
    #expect(missing.status == .exited(1) && missing.errors.contains("'nothing'"))
    let several = try await workplace.tracker(["delete", "new"])
    #expect(several.status == .exited(1) && several.errors.contains("1, 2"), "\(several.errors)")
    #expect(try await workplace.tracker(["edit", "1"]).status == .exited(64))
  }

  @Test func aRunThatWasDeletedIsNotMistakenForOneOfItsNumber() async throws {
    let workplace = try await workplace()
    #expect(try await workplace.tracker(["edit", "1", "--name", "2"]).status == .exited(0))
    #expect(try await workplace.tracker(["delete", "2"]).status == .exited(0))
    for words in [["delete", "2"], ["show", "2"]] {
      let again = try await workplace.tracker(words)
      #expect(again.status == .exited(1) && again.errors.contains("Run 2 is deleted"))
    }
    #expect(try await workplace.tracker(["edit", "1", "--name", "one"]).status == .exited(0))
    #expect(try await workplace.tracker(["delete", "1"]).status == .exited(0))
    #expect(try await workplace.tracker(["show", "one"]).errors.contains("Run 1 is deleted"))
  }

  @Test func whatNothingHasIsNamed() async throws {
    let workplace = try await workplace()
    for words in [
      ["plot", "parallel", "--param", "nothing"], ["plot", "parallel", "--metric", "nothing"],
      ["plot", "metric", "f1", "--group-by", "lr", "--over", "nothing"],
      ["compare", "--group-by", "lr", "--over", "nothing"],
    ] {
      let outcome = try await workplace.tracker(words)
      #expect(outcome.status == .exited(1) && outcome.errors.contains("'nothing'"), "\(words)")
    }
  }

  @Test func aRunThatAMeanLeavesOutIsSaid() async throws {
    let workplace = try await workplace()
    _ = try await workplace.shell(
      "sqlite3 tracker.db \"UPDATE runs SET status = iif(id = 1, 'failed', 'finished')\"")
    let words = ["plot", "metric", "f1", "--group-by", "lr"]
    let outcome = try await workplace.tracker(words)
    #expect(outcome.errors.contains("1 failed"), "\(outcome.errors)")
    _ = try await workplace.shell("sqlite3 tracker.db \"UPDATE runs SET status = 'failed'\"")
    let nothing = try await workplace.tracker(words)
    #expect(nothing.status == .exited(1) && nothing.errors.contains("came to its end"))
  }

  @Test func aRunThatGivesSignsOfLifeSaysItselfHowItEnds() async throws {
    let workplace = try await workplace()
    let sql = """
      UPDATE runs SET status = 'running', heartbeat_at = unixepoch() * 1000, host = 'elsewhere'
      """
    for (promise, status) in [("60", Int32(1)), ("NULL", 0)] {
      _ = try await workplace.shell("sqlite3 tracker.db \"\(sql), heartbeat_seconds = \(promise)\"")
      let outcome = try await workplace.tracker(["edit", "1", "--status", "finished"])
      #expect(outcome.status == .exited(status), "\(outcome.errors)")
    }
  }

  @Test func experimentsAreRenamedAndDeleted() async throws {
    let workplace = try await workplace()
    let full = try await workplace.tracker(["experiments", "delete", "vision"])
    #expect(full.status == .exited(1) && full.errors.contains("has 1 run."))
    #expect(
      try await workplace.tracker(["experiments", "rename", "vision", "default"]).status
        == .exited(1))
    #expect(
      try await workplace.tracker(["experiments", "rename", "vision", "eyes"]).status == .exited(0))
    #expect(try await workplace.tracker(["delete", "--experiment", "eyes"]).status == .exited(0))
    #expect(try await workplace.tracker(["experiments", "delete", "eyes"]).status == .exited(0))
    let list = try await workplace.tracker(["experiments", "--format", "csv"])
    #expect(list.lines.dropFirst().map { $0.prefix(9) } == ["default,1"])
    #expect(
      try await workplace.tracker(["edit", "1", "--experiment", "eyes"]).status == .exited(0))
    #expect(try await workplace.tracker(["experiments"]).output.contains("eyes"))
  }
}
