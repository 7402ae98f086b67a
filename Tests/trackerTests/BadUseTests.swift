import Foundation
import TestSupport
import Testing

@Suite struct BadUseTests {
  /// Arguments that are wrong in themselves, and a part of what is said about them.
  @Test(
    arguments: TestScope.some([
      (["bogus"], "bogus"),
      (["run", "bogus"], "bogus"),
      (["run", "lenet", "--batch-size", "0"], "--batch-size"),
      (["run", "lenet", "--epochs", "0"], "--epochs"),
      (["run", "lenet", "--epochs", "x"], "--epochs"),
      (["run", "adaline", "--epochs", "9223372036854775807"], "--epochs"),
      (["run", "madaline", "--seed", "9223372036854775807", "--seeds", "2"], "--seed"),
      (["run", "lenet", "--lr", "-1"], "--lr"),
      (["run", "lenet", "--lr", "0"], "--lr"),
      (["run", "lenet", "--lr", "nan"], "--lr"),
      (["run", "lenet", "--lr", "inf"], "--lr"),
      (["run", "lenet", "--momentum", "1"], "--momentum"),
      (["run", "lenet", "--momentum", "nan"], "--momentum"),
      (["run", "lenet", "--weight-decay", "-0.1"], "--weight-decay"),
      (["run", "lenet", "--threads", "0"], "--threads"),
      (["run", "lenet", "--seed", "-1"], "--seed"),
      (["run", "lenet", "--seed", "9223372036854775808"], "--seed"),
      (["run", "lenet", "--limit", "0"], "--limit"),
      (["run", "lenet", "--validation-limit", "-5"], "--validation-limit"),
      (["run", "lenet", "--data", "shapes", "--limit", "9223372036854775807"], "--limit"),
      (["run", "lenet", "--snapshot-every", "-1"], "--snapshot-every"),
      (["run", "lenet", "--histogram-every", "-1"], "--histogram-every"),
      (["run", "lenet", "--data", "imagenet"], "fashion-mnist"),
      (["run", "lenet", "--init", "bogus"], "zero-weights"),
      (["run", "lenet", "--schedule", "bogus"], "cosine"),
      (["run", "lenet", "--tag", "=x"], "--tag"),
      (["run", "lenet", "--name", ""], "--name"),
      (["run", "lenet", "--experiment", ""], "--experiment"),
      (["run", "lenet", "--db", ""], "--db"),
      (["run", "adaline", "--db", "runs/"], "'runs/'"),
      (["list", "--db", "runs/"], "'runs/'"),
      (["list", "--limit", "0"], "--limit"),
      (["list", "--columns", ""], "--columns"),
      (["list", "--columns", ", "], "--columns"),
      (["list", "--format", "xml"], "markdown"),
      (["show"], "<run>"),
      (["sql"], "<statement>"),
      (["sql", "SELECT :a", "-p", "a"], "name=value"),
      (["export", "bogus", "1"], "bogus"),
      (["export", "weights", "1", "-o", ""], "--output"),
      (["export", "run", "1", "-o", ""], "--output"),
      (["export", "artifact", "1", "x", "-o", "-"], "--output"),
      (["export", "weights", "1", "-o", "-"], "--output"),
      (["export", "run", "1", "-o", "-"], "--output"),
      (["merge", "a.db", "-o", "-"], "--output"),
      (["report", "-o", "-"], "--output"),
      (["report", "-o", "page/"], "'page/'"),
      (["export", "weights", "1", "-o", "weights/"], "'weights/'"),
      (["export", "run", "1", "-o", "runs/"], "'runs/'"),
      (["merge", "a.db", "-o", "runs/"], "'runs/'"),
      (["backup", "copies/"], "'copies/'"),
      (["plot", "loss", "-o", "-"], "--output"),
      (["backup", "-"], "'-'"),
      (["show", "-5"], "after '--': -- -5"),
      (["compare", "-5", "-6"], "after '--': -- -5"),
      (["lst", "--db", "x.db"], "no command 'lst'"),
      (["run", "lenett", "--epochs", "3"], "no command 'lenett'"),
      (["export", "weigths", "1"], "no command 'weigths'"),
      (["compare", "--groupby", "lr"], "Unknown option '--groupby'"),
      (["edit", "1", "--tagg", "x"], "Unknown option '--tagg'"),
      (["export", "params", "-my run", "--format", "csv"], "after '--': -- '-my run'"),
    ]))
  func wrongUsageExitsWith64AndWritesNothing(arguments: [String], part: String) async throws {
    let workplace = try Workplace()
    let outcome = try await workplace.tracker(arguments)
    #expect(outcome.status == .exited(64))
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("Error: "))
    #expect(outcome.errors.contains(part))
    #expect(outcome.errors.contains("--help"))
    #expect(try workplace.files == [])
  }

  /// Arguments that ask for what is not there, and a part of what is said about them.
  @Test(
    arguments: [
      (["list"], "tracker.db"),
      (["show", "1"], "tracker.db"),
      (["sql", "SELECT 1"], "tracker.db"),
      (["export", "weights", "latest"], "tracker.db"),
      (Workplace.smallRun + ["--data", "cifar10"], "--data-dir"),
      (Workplace.smallRun + ["--data", "cifar10", "--data-dir", "nowhere"], "nowhere"),
      (Workplace.smallRun + ["--data", "fashion-mnist", "--data-dir", "nowhere"], "nowhere"),
      (Workplace.smallRun + ["--init-weights", "nowhere"], "nowhere"),
      (Workplace.smallRun + ["--init-weights", "."], "folder"),
      (Workplace.smallRun + ["--db", "nowhere/tracker.db"], "nowhere/tracker.db"),
      (Workplace.smallRun + ["--db", "."], "folder"),
    ])
  func whatIsMissingExitsWith1AndWritesNothing(arguments: [String], part: String) async throws {
    let workplace = try Workplace()
    try expectFailure(try await workplace.tracker(arguments), naming: part)
    #expect(try workplace.files == [])
  }

  @Test(
    arguments: TestScope.some([
      (["show", "999999"], "999999"),
      (["show", "nobody"], "nobody"),
      (["show", "1@x"], "1@x"),
      (["show", "best:nothing"], "nothing"),
      (["show", ""], "''"),
      (["export", "weights", "1@7"], "0, 1, 2"),
      (["show", "1@2"], "about whole runs, not about epoch 2 of one.\nTry: leave '@2' out"),
      (["show", "1@best"], "leave '@best' out"),
      (["list", "1@2"], "about whole runs"),
      (["export", "layers", "1@2"], "about whole runs"),
      (["export", "params", "1@2"], "about whole runs"),
      (["export", "predictions", "1@2"], "about whole runs"),
      (["export", "artifact", "1@2"], "about whole runs"),
      (["export", "histograms", "1@7"], "0, 1, 2"),
      (["export", "metrics", "1@7"], "0, 1, 2"),
      (["export", "run", "1@2", "-o", "one.db"], "about whole runs"),
      (["delete", "1@7"], "about whole runs"),
      (["edit", "1@2", "--name", "x"], "about whole runs"),
      (["compare", "1", "1@2"], "about whole runs"),
      (["compare", "1@2", "--group-by", "lr"], "about whole runs"),
      (["query", "epoch_losses", "--run", "1@2"], "about whole runs"),
      (["report", "1@2"], "about whole runs"),
      (["plot", "loss", "1@2"], "about whole runs"),
      (["plot", "metric", "val/loss", "1@best"], "about whole runs"),
      (["plot", "parallel", "1@2"], "about whole runs"),
      (["plot", "histogram", "1@2", "--over-time"], "about whole runs"),
      (["plot", "histogram", "1@2", "--epoch", "1"], "about whole runs"),
      (["plot", "histogram", "1@7"], "0, 1, 2"),
      (["plot", "kernels", "1@7"], "0, 1, 2"),
      (["export", "weights", "1", "-o", "nowhere/w.safetensors"], "nowhere/w.safetensors"),
      (["export", "weights", "1", "-o", "."], "Is a directory"),
      (["export", "weights", "1", "-o", "tracker.db"], "'tracker.db' is a database"),
      (["export", "weights", "1", "-o", "tracker.db-wal"], "'tracker.db-wal' is a database"),
      (["sql", "SELECT * FROM nowhere"], "nowhere"),
      (["sql", ""], "statement"),
      (["sql", "SELECT 1; SELECT 2"], "more than one"),
      (["sql", "SELECT :a"], ":a"),
      (["sql", "SELECT 1", "-p", "a=1"], ":a"),
      (["sql", "INSERT INTO tags (run_id, name, value) VALUES (1, 'a', 'b')"], "read"),
      (["sql", "DELETE FROM runs"], "read"),
      (["sql", "ATTACH 'other.db' AS other"], "read"),
      (["sql", "PRAGMA user_version = 9"], "read"),
      (["sql", "PRAGMA journal_mode = DELETE"], "read"),
      (["sql", "VACUUM INTO 'copy.db'"], "read"),
      (["sql", "CREATE TEMP TABLE a (b)"], "read"),
    ]))
  func whatCannotBeReadExitsWith1AndChangesNothing(arguments: [String], part: String) async throws {
    let workplace = try await Workplace.withRun()
    let before = try Data(contentsOf: workplace.file("tracker.db"))
    try expectFailure(try await workplace.tracker(arguments), naming: part)
    #expect(try Data(contentsOf: workplace.file("tracker.db")) == before)
    #expect(try workplace.files == ["tracker.db"])
  }

  /// Files that are no tracker files, and a part of what is said about them.
  @Test(arguments: [
    (Data("These are words.\n".utf8), "not a SQLite database"),
    (Data("SQLite format 3\0".utf8), "tracker.db"),
    (Data(repeating: 0, count: 8_192), "tracker.db"),
  ])
  func aFileThatIsNotOursStaysAsItIs(content: Data, part: String) async throws {
    let workplace = try Workplace()
    let file = workplace.file("tracker.db")
    try content.write(to: file)
    for arguments in [["list"], ["show", "1"], ["sql", "SELECT 1"], Workplace.smallRun] {
      try expectFailure(try await workplace.tracker(arguments), naming: part)
      #expect(try Data(contentsOf: file) == content)
      #expect(try workplace.files == ["tracker.db"])
    }
  }

  @Test(
    .enabled("sqlite3 is missing", Workplace.hasSQLiteShell),
    arguments: [
      (false, "CREATE TABLE a (b)", "another program"),
      (true, "PRAGMA user_version = 9", "version 9"),
    ])
  func aDatabaseThatIsNotOursOrNewerStaysAsItIs(
    isOurs: Bool, sql: String, part: String
  ) async throws {
    let workplace = isOurs ? try await Workplace.withRun() : try Workplace()
    _ = try await workplace.sqlite3("tracker.db", sql)
    let file = workplace.file("tracker.db")
    let before = try Data(contentsOf: file)
    for arguments in [["list"], ["sql", "SELECT 1"], Workplace.smallRun] {
      try expectFailure(try await workplace.tracker(arguments), naming: part)
      #expect(try Data(contentsOf: file) == before)
      #expect(try workplace.files == ["tracker.db"])
    }
  }

  @Test(
    .enabled("/dev/full is missing") { FileManager.default.fileExists(atPath: "/dev/full") },
    arguments: ["--help", "list --help", "help plot loss", "--version", "plot"])
  func helpThatCannotBeWrittenIsAnError(words: String) async throws {
    let outcome = try await Workplace().shell("tracker \(words) > /dev/full; echo $?")
    #expect(outcome.lines == ["1"])
    #expect(outcome.errors.hasPrefix("Error: Cannot write to standard output: No space left"))
  }

  private func expectFailure(
    _ outcome: Workplace.Outcome, naming part: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(outcome.status == .exited(1), sourceLocation: sourceLocation)
    #expect(outcome.output == "", sourceLocation: sourceLocation)
    let lines = outcome.errors.split(separator: "\n")
    try #require(lines.count == 2, "\(outcome.errors)", sourceLocation: sourceLocation)
    #expect(lines[0].hasPrefix("Error: "), sourceLocation: sourceLocation)
    #expect(lines[1].hasPrefix("Try: "), sourceLocation: sourceLocation)
    #expect(outcome.errors.contains(part), sourceLocation: sourceLocation)
  }
}
