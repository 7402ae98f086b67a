import Foundation
import RunStore
import Subprocess
import TestSupport
import Testing

/// Python scripts as runs: what they log by MLflow or by our module goes into the run of `exec`. Each is also
/// run again.
struct ExecPythonTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  /// Runs a script, and runs it again.
  /// - Returns: The runs in words: name, experiment, status, parent.
  private func runs(of script: String, by python: String, options: String = "") async throws
    -> [String]
  {
    try Data(script.utf8).write(to: workplace.file("script.py"))
    let module = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/Python").path
    let outcome = try await workplace.shell(
      """
      export MLFLOW_DISABLE_TELEMETRY=true PYTHONPATH='\(module)'
      tracker exec --quiet \(options) -- '\(python)' script.py && tracker rerun 1 --quiet
      """)
    #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errors.suffix(4_000))")
    let database = try workplace.database()
    let sql = "SELECT id FROM runs ORDER BY id"
    return try PlainConnection(path: workplace.path("tracker.db")).textRows(sql).map { row in
      let run = try database.run(Int(row[0]) ?? 0)
      return "\(run.name) \(run.experiment) \(run.status) \(run.parentRun ?? 0)"
    }
  }

  @Suite(
    .enabled(
      "TRACKER_MLFLOW names no Python interpreter that has mlflow", { TestScope.mlflow != nil }))
  struct MLflow {
    private let tests: ExecPythonTests

    init() throws { tests = try ExecPythonTests() }

    private func runs(of script: String, options: String = "") async throws -> [String] {
      try await tests.runs(of: script, by: #require(TestScope.mlflow), options: options)
    }

    @Test func aScriptThatSetsItsExperimentLogsIntoTheRun() async throws {
      let runs = try await runs(
        of: """
          import mlflow
          mlflow.set_experiment("vision")
          with mlflow.start_run(run_name="lenet", tags={"team": "a"}):
              mlflow.log_param("lr", "0.10")
              mlflow.log_metric("loss", 0.5, step=3)
              mlflow.log_text("hello", "notes/a.txt")
          """)
      #expect(runs == ["lenet vision finished 0", "lenet vision finished 1"])
      let database = try tests.workplace.database()
      for run in [1, 2] {
        #expect(try database.metrics(ofRun: run, name: "loss").map(\.step) == [3])
        #expect(try database.tags(ofRun: run)["team"] == "a")
        #expect(try database.artifactSummaries(ofRun: run).map(\.name).contains("notes/a.txt"))
      }
    }

    @Test func threeRunsAreOneAndTwoChildren() async throws {
      let runs = try await runs(
        of: """
          import mlflow
          for number in range(3):
              with mlflow.start_run(run_name=f"r{number}"):
                  mlflow.log_metric("n", number)
          """, options: "--name mine --experiment e")
      #expect(
        runs == [
          "mine e finished 0", "r1 default finished 1", "r2 default finished 1",
          "mine e finished 1", "r1 default finished 4", "r2 default finished 4",
        ])
    }

    @Test func nestedRunsAreChildrenOfTheirOwn() async throws {
      let runs = try await runs(
        of: """
          import mlflow
          with mlflow.start_run(run_name="outer"):
              with mlflow.start_run(run_name="inner", nested=True):
                  with mlflow.start_run(run_name="innermost", nested=True):
                      mlflow.log_metric("n", 1)
          left = mlflow.MlflowClient().create_run("0", run_name="left")
          """)
      #expect(
        Array(runs.prefix(4)) == [
          "outer default finished 0", "inner default finished 1", "innermost default finished 2",
          "left default finished 1",
        ])
      #expect(runs.count == 8)
    }
  }

  @Suite(.enabled("python3 is missing", { await hasProgram("python3") }))
  struct Module {
    private let tests: ExecPythonTests

    init() throws { tests = try ExecPythonTests() }

    @Test(arguments: [
      "import trackerdb as tracker\nwith tracker.start('m', params={'lr': 0.1}) as run: run.log({'loss': 0.5})",
      "import trackerdb as wandb\nwandb.init(project='p', config={'lr': 0.1})\nwandb.log({'loss': 0.5})\nwandb.finish()",
      "from trackerdb import SummaryWriter\nw = SummaryWriter()\nw.add_scalar('loss', 0.5, 1)\nw.close()",
    ])
    func everyDialectLogsIntoTheRun(script: String) async throws {
      let runs = try await tests.runs(of: script, by: "python3", options: "--name x")
      #expect(
        runs.count == 2 && runs.allSatisfy { $0.hasPrefix("x ") && $0.contains("finished") },
        "\(runs)")
      for run in [1, 2] {
        #expect(
          try tests.workplace.database().metrics(ofRun: run, name: "loss").map(\.value) == [0.5])
      }
    }
  }
}
