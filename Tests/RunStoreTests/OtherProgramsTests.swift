import Foundation
import Testing

@testable import RunStore

/// Programs in other languages log by plain SQL, and many at once.
@Suite struct OtherProgramsTests {
  /// Where `name` is installed; nil if it is not.
  static func tool(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private func start(_ tool: String, _ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = arguments
    try process.run()
    return process
  }

  static let python = """
    import sqlite3, sys
    db = sqlite3.connect(sys.argv[1], timeout=60)
    db.execute("PRAGMA foreign_keys = ON")
    run, = db.execute("INSERT INTO runs (name) VALUES ('from python') RETURNING id").fetchone()
    db.execute("INSERT INTO params (run_id, name, value) VALUES (?, 'lr', 0.1)", (run,))
    for epoch in range(1, int(sys.argv[2]) + 1):
        db.execute("INSERT INTO metrics (run_id, name, epoch, value) VALUES (?, 'train/loss', ?, ?)",
                   (run, epoch, float("nan") if epoch == 2 else 1 / epoch))
        db.commit()
    db.execute("UPDATE runs SET status = 'finished' WHERE id = ?", (run,))
    db.commit()
    """

  @Test(.enabled(if: tool("python3") != nil))
  func pythonLogsARun() throws {
    let fixture = try StoreFixture()
    let process = try start(
      try #require(Self.tool("python3")), ["-c", Self.python, fixture.path, "4"])
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let run = try #require(
      try fixture.database.runs(seenFrom: .unknown, at: Date()).first { $0.name == "from python" })
    #expect(run.status == .finished && run.epochs == 4)
    #expect(run.finalTrainLoss == 0.25 && run.experiment == "default")
    let record = try fixture.database.run(run.id)
    #expect(record.endedAt != nil)
    #expect(
      record.uuid.wholeMatch(
        of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
        != nil)
    #expect(try fixture.database.parameters(ofRun: run.id) == ["lr": 0.1])
    let summary = try #require(try fixture.database.metricSummaries(ofRun: run.id).first)
    #expect(summary.count == 4 && summary.nanCount == 1)
  }

  @Test(.enabled(if: tool("python3") != nil))
  func severalProcessesWriteOneFileAtOnce() throws {
    let fixture = try StoreFixture()
    let python = try #require(Self.tool("python3"))
    let processes = try (0..<3).map { _ in
      try start(python, ["-c", Self.python, fixture.path, "50"])
    }
    for step in 0..<50 {
      try fixture.record([MetricPoint(name: "loss", step: step, value: 1)])
    }
    for process in processes {
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    #expect(try fixture.rows("SELECT COUNT(*) FROM metric_points") == [[200]])
    #expect(try fixture.rows("SELECT SUM(count) FROM metric_series") == [[200]])
  }

  @Test(.enabled(if: tool("sqlite3") != nil))
  func theShellMakesAFileLogsAndAsks() throws {
    let fixture = try StoreFixture()
    let shell = try #require(Self.tool("sqlite3"))
    let path = fixture.folder.path("shell.db")
    let lines = [
      ".read '\(SchemaTests.top)/schema.sql'",
      "INSERT INTO runs (name) VALUES ('from the shell');",
      "INSERT INTO metrics (run_id, name, step, value) VALUES (1, 'train/loss', 1, 0.5);",
      ".param set :run 1",
      ".read '\(SchemaTests.top)/queries/epoch_losses.sql'",
    ]
    let process = try start(shell, ["-bail", path] + lines)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    let database = try RunDatabase(writingTo: path)
    #expect(try database.run(1).name == "from the shell")
    #expect(try database.metricSummaries(ofRun: 1).first?.lastValue == 0.5)

    // Text encoding, user version, incremental vacuum and application id, as the file's header has them.
    let header = { (path: String) in
      [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))[56..<72])
    }
    #expect(try header(path) == header(fixture.path))
    #expect(try header(path)[8..<12] == [0, 0, 0, 1])
  }

  @Test func manyConnectionsOfOneProcessMakeAndWriteOneFile() async throws {
    let fixture = try StoreFixture()
    let path = fixture.folder.path("shared.db")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          let database = try RunDatabase(writingTo: path)
          let run = try database.createRun(
            RunDraft(name: "writer \(writer)", startedAt: StoreFixture.start)
          ).id
          for step in 0..<20 {
            let point = MetricPoint(name: "loss", step: step, value: Double(step))
            try database.record(RunBatch(time: StoreFixture.start, metrics: [point]), run: run)
          }
        }
      }
      try await group.waitForAll()
    }
    let reader = try StatementReader(readingFrom: path)
    #expect(try reader.rows("SELECT COUNT(*) FROM metric_points") == [[160]])
    #expect(try reader.rows("PRAGMA integrity_check") == [["ok"]])
  }
}
