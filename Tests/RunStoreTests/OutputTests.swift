import Foundation
import TestSupport
import Testing

@testable import RunStore

/// What programs print, and how the runs of programs end.
@Suite struct OutputTests {
  private let folder: TemporaryFolder
  private let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(writingTo: folder.path("runs.db"))
  }

  @Test func linesAreStoredReplacedAndRemoved() throws {
    var draft = RunDraft(name: "a", startedAt: Date())
    draft.owner = "token"
    let run = try database.createRun(draft).id
    func line(_ number: Int, _ text: String, _ stream: OutputLine.Stream = .stdout) -> OutputLine {
      OutputLine(number: number, time: Date(milliseconds: 5), stream: stream, text: text)
    }
    try database.storeOutput(
      [line(1, "a"), line(2, "10%", .stderr), line(3, "c"), line(4, "größe")], run: run,
      owner: "token")
    try database.storeOutput(
      [line(2, "20%", .stderr), line(3, "gap")], removing: 3...3, run: run, owner: "token")
    var found: [OutputLine] = []
    try database.forEachOutputLine(ofRun: run) { found.append($0) }
    #expect(found == [line(1, "a"), line(2, "20%", .stderr), line(3, "gap"), line(4, "größe")])
    #expect(throws: RunStoreError.self) {
      try database.storeOutput([line(5, "x")], run: run, owner: "other")
    }
  }

  @Test func runsThatNobodyEndsEndWithTheProgramThatMadeThem() throws {
    let program = try database.createRun(RunDraft(name: "program", startedAt: Date())).id
    func child(of parent: Int?, owner: String? = nil) throws -> Int {
      var draft = RunDraft(name: "child", startedAt: Date())
      draft.parentRun = parent
      draft.owner = owner
      return try database.createRun(draft).id
    }
    let first = try child(of: program)
    let nested = try child(of: first)
    let owned = try child(of: program, owner: "other")
    let other = try child(of: nil)
    try database.finishUnownedRuns(below: program, status: .failed, at: Date())
    let states = try [program, first, nested, owned, other].map { try database.run($0).status }
    #expect(states == [.running, .failed, .failed, .running, .running])
  }

  @Test func theBestMetricIsTheMostImportantOne() throws {
    let run = try database.createRun(RunDraft(name: "a", startedAt: Date())).id
    #expect(try database.bestMetric(ofRun: run) == nil)
    #expect(try database.nextSystemStep(ofRun: run) == 0)
    let points = [
      ("system/loss", 0.0), ("unknown thing", 1), ("train/loss", 0.5), ("val/loss", 0.75),
    ].map { MetricPoint(name: $0.0, step: 4, value: $0.1) }
    try database.record(RunBatch(time: Date(), metrics: points), run: run)
    #expect(try database.bestMetric(ofRun: run) == BestMetric(name: "val/loss", value: 0.75))
    #expect(try database.nextSystemStep(ofRun: run) == 5)
  }

  @Test func aParentThatIsNotThereIsNone() throws {
    var draft = RunDraft(name: "a", startedAt: Date())
    draft.parentRun = 99
    #expect(try database.createRun(draft).parentRun == nil)
  }

  @Test func settingsAreKeptAsTheyWereWritten() throws {
    var draft = RunDraft(name: "a", startedAt: Date(), parameters: ["lr": 0.1])
    draft.parameterTexts = ["lr": "0.10"]
    _ = try database.createRun(draft)
    let rows = try PlainConnection(path: folder.path("runs.db"))
      .textRows("SELECT value, text FROM params")
    #expect(rows == [["0.1", "0.10"]])
  }
}
