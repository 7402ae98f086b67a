import Foundation
import TestSupport
import Testing

@testable import RunStore

/// What goes into the store comes out.
@Suite struct RunTests {
  /// Text that breaks what is not careful.
  static let texts = [
    "plain", "ünïcödé 🎉", "a\u{0}b", "\u{0}", "'; DROP TABLE runs; --", "\"quoted\"", "a\nb\r\n",
    "%s ?1 :name @x", "\\", String(repeating: "x", count: 100_000),
  ]

  static let values: [SQLValue] =
    texts.map(SQLValue.text) + [
      .text(""), .null, .integer(.max), .integer(.min), 0, .real(.infinity), .real(-.infinity),
      0.1, .real(.leastNonzeroMagnitude), 1.7976931348623157e308, .blob(Data()),
      .blob(Data([0, 255, 0])),
    ]

  @Test(arguments: TestScope.some(values))
  func valuesOfParametersAndFactsComeBack(value: SQLValue) throws {
    let fixture = try StoreFixture()
    var draft = RunDraft(name: "values", startedAt: StoreFixture.start)
    if case .blob = value {
      draft.parameters = ["lr": value]
      #expect(throws: RunStoreError.self) { try fixture.database.createRun(draft) }
      draft.parameters = [:]
    } else {
      draft.parameters = ["lr": value]
    }
    draft.environment = ["cpu": value]
    let run = try fixture.database.createRun(draft).id
    #expect(try fixture.database.parameters(ofRun: run) == draft.parameters)
    #expect(try fixture.database.environment(ofRun: run) == ["cpu": value])
    #expect(
      try fixture.rows("SELECT value FROM params WHERE run_id = :run", ["run": SQLValue(run)])
        == draft.parameters.values.map { [$0] })
  }

  @Test(arguments: texts)
  func anyTextCanBeANameOrATag(text: String) throws {
    let fixture = try StoreFixture()
    var draft = RunDraft(name: text, startedAt: StoreFixture.start)
    draft.experiment = text
    draft.tags = [text: text]
    draft.note = text
    let run = try fixture.database.createRun(draft)
    #expect(run.name == text)
    #expect(run.experiment == text)
    #expect(run.note == text)
    #expect(try fixture.database.tags(ofRun: run.id) == [text: text])
    #expect(
      try fixture.database.runs(seenFrom: .unknown, at: Date()).first { $0.id == run.id }?.name
        == text)
  }

  @Test func nanIsStoredAsNull() throws {
    let fixture = try StoreFixture()
    var draft = RunDraft(name: "nan", startedAt: StoreFixture.start)
    draft.parameters = ["lr": .real(.nan)]
    let run = try fixture.database.createRun(draft).id
    #expect(try fixture.database.parameters(ofRun: run) == ["lr": .null])
  }

  @Test func everyFieldOfADraftComesBack() throws {
    let fixture = try StoreFixture()
    var draft = RunDraft(name: "full", startedAt: StoreFixture.start)
    draft.recipe = "lenet"
    draft.seed = 7
    draft.host = "here"
    draft.pid = 12
    draft.bootID = "boot"
    draft.command = "tracker run lenet"
    draft.version = "1.0"
    draft.gitCommit = "abc"
    draft.gitDirty = true
    draft.parentRun = fixture.run
    draft.group = "sweep"
    let run = try fixture.database.createRun(draft)
    #expect(try fixture.database.run(run.id) == run)
    #expect(run.uuid == draft.uuid.uuidString.lowercased())
    #expect(run.status == .running)
    #expect(run.startedAt == StoreFixture.start)
    #expect(run.heartbeatAt == StoreFixture.start)
    #expect(run.recipe == "lenet" && run.seed == 7 && run.host == "here" && run.pid == 12)
    #expect(run.bootID == "boot" && run.command == "tracker run lenet" && run.version == "1.0")
    #expect(run.gitCommit == "abc" && run.gitDirty == true)
    #expect(run.parentRun == fixture.run && run.group == "sweep")
    #expect(run.endedAt == nil && run.error == nil && run.deletedAt == nil)
  }

  @Test func aRunEndsWithStatusErrorAndTime() throws {
    let fixture = try StoreFixture()
    let end = StoreFixture.start.addingTimeInterval(2.5)
    try fixture.database.finishRun(fixture.run, status: .failed, error: "diverged", at: end)
    let run = try fixture.database.run(fixture.run)
    #expect(run.status == .failed && run.error == "diverged" && run.endedAt == end)
    let summary = try #require(try fixture.database.runs(seenFrom: .unknown, at: Date()).first)
    #expect(summary.seconds == 2.5)
    #expect(summary.started == "2023-11-14T22:13:20Z")
    #expect(throws: RunStoreError.noSuchRun(selector: "99")) {
      try fixture.database.finishRun(99, status: .finished, at: end)
    }
  }

  @Test func tagsAndNotesCanBeChanged() throws {
    let fixture = try StoreFixture()
    try fixture.database.setTag("good", run: fixture.run)
    try fixture.database.setTag("stage", "draft", run: fixture.run)
    try fixture.database.setTag("stage", "final", run: fixture.run)
    try fixture.database.removeTag("good", run: fixture.run)
    try fixture.database.setNote("look here", run: fixture.run)
    #expect(try fixture.database.tags(ofRun: fixture.run) == ["stage": "final"])
    #expect(try fixture.database.run(fixture.run).note == "look here")
    // Someone else may have removed it.
    let missing = RunStoreError.noSuchRun(selector: "99")
    #expect(throws: missing) { try fixture.database.setTag("good", run: 99) }
    #expect(throws: missing) { try fixture.database.removeTag("good", run: 99) }
    #expect(throws: missing) { try fixture.database.setNote("good", run: 99) }
  }

  @Test func aDeadRunReadsAsCrashed() throws {
    let fixture = try StoreFixture()
    func status(seenFrom machine: Machine) throws -> RunStatus? {
      let now = Date()
      let status = try fixture.database.runs(seenFrom: machine, at: now).first?.status
      // Whoever asks for the run in another way hears the same.
      let compared = try fixture.database.comparedRuns([fixture.run], metrics: []).first
      #expect(compared?.status(seenFrom: machine, at: now) == status)
      let record = try fixture.database.run(fixture.run)
      #expect(record.status(seenFrom: machine, at: now) == status)
      #expect(record.isAlive(seenFrom: machine, at: now) == (status == .running))
      return status
    }
    #expect(try status(seenFrom: .unknown) == .crashed)
    try fixture.database.heartbeat(run: fixture.run, at: Date())
    #expect(try status(seenFrom: .unknown) == .running)
    try fixture.execute("UPDATE runs SET host = 'here', boot_id = 'b', pid = 5")
    func here(boot: String, alive: Bool) -> Machine {
      Machine(host: "here", bootID: boot, isProcessAlive: { _ in alive })
    }
    #expect(try status(seenFrom: here(boot: "b", alive: true)) == .running)
    #expect(try status(seenFrom: here(boot: "b", alive: false)) == .crashed)
    // Another boot may be that of another machine of the same name.
    #expect(try status(seenFrom: here(boot: "c", alive: true)) == .running)
    #expect(try status(seenFrom: .unknown) == .running)
    // A process of this id that says nothing may be another one by now.
    try fixture.database.heartbeat(run: fixture.run, at: StoreFixture.start)
    #expect(try status(seenFrom: here(boot: "b", alive: true)) == .crashed)
    try fixture.database.finishRun(fixture.run, status: .finished, at: Date())
    #expect(try status(seenFrom: here(boot: "b", alive: false)) == .finished)
  }

  @Test func theSummaryTellsNaNFromNothing() throws {
    let fixture = try StoreFixture()
    try fixture.record([
      MetricPoint(name: "train/loss", step: 1, epoch: 1, value: 2),
      MetricPoint(name: "train/loss", step: 2, epoch: 2, value: .nan),
      MetricPoint(name: "val/loss", step: 1, epoch: 1, value: .nan),
    ])
    let summary = try #require(try fixture.database.runs(seenFrom: .unknown, at: Date()).first)
    #expect(summary.finalTrainLoss?.isNaN == true && summary.bestTrainLoss == 2)
    #expect(summary.finalValidationLoss?.isNaN == true)
    #expect(summary.bestValidationLoss?.isNaN == true)
    #expect(summary.finalValidationAccuracy == nil && summary.bestValidationAccuracy == nil)
  }

  /// NaN apart, which the view has as NULL.
  @Test func theListSaysWhatTheViewSays() throws {
    let fixture = try StoreFixture()
    try fixture.execute(
      """
      INSERT INTO experiments (id, name) VALUES (2, 'other');
      INSERT INTO runs (id, name, recipe, experiment_id, status, started_at, ended_at, heartbeat_at,
        idle_milliseconds, deleted_at)
      VALUES (2, 'b', 'lms', 2, 'finished', 1000, 9000, 9000, 500, NULL),
        (3, 'c', NULL, 1, 'failed', NULL, 2000, 2000, 0, NULL),
        (4, 'd', NULL, 1, 'finished', 1000, 2000, 2000, 0, 3000),
        (5, 'e', NULL, 2, 'stopped', 5000, 7000, 8000, 0, NULL);
      INSERT INTO metrics (run_id, name, step, epoch, value)
      VALUES (1, 'train/loss', 5, NULL, 0.5), (1, 'train/loss', 6, NULL, NULL),
        (2, 'train/loss', 5, 2, 0.5), (2, 'val/loss', 4, 3, 0.75), (2, 'val/loss', 3, 2, 0.5),
        (5, 'val/accuracy', 3, 2, 0.5), (5, 'val/accuracy', 4, 3, 0.25), (5, 'val/loss', 1, NULL, 2)
      """)
    let runs = try fixture.database.runs(seenFrom: .unknown, at: StoreFixture.start)
    let listed = runs.map { run -> [SQLValue] in
      [
        SQLValue(run.id), .text(run.name), SQLValue(run.recipe), .text(run.experiment),
        .text(run.started), .real(run.seconds), SQLValue(run.epochs),
      ]
        + [
          run.finalTrainLoss, run.bestTrainLoss, run.finalValidationLoss, run.bestValidationLoss,
          run.finalValidationAccuracy, run.bestValidationAccuracy,
        ].map { SQLValue($0.flatMap { $0.isNaN ? nil : $0 }) }
    }
    let viewed = try fixture.rows(
      """
      SELECT id, name, recipe, experiment, COALESCE(started, ''), COALESCE(seconds, 0.0), epochs,
        final_train_loss, best_train_loss, final_val_loss, best_val_loss, final_val_accuracy,
        best_val_accuracy
      FROM run_summary
      """)
    #expect(Set(listed) == Set(viewed) && listed.count == 4)
    #expect(
      try fixture.database.runs([5, 2], seenFrom: .unknown, at: StoreFixture.start)
        == [5, 2].compactMap { id in runs.first { $0.id == id } })
  }

  @Test func theSummaryShowsFinalAndBestLosses() throws {
    let fixture = try StoreFixture()
    for (epoch, loss) in zip(1..., [3.0, 1.0, 2.0]) {
      let values = [
        "train/loss": loss, "val/loss": loss + 1, "val/accuracy": 1 / loss, "epoch/seconds": 0.5,
      ]
      try fixture.record(
        values.map { MetricPoint(name: $0.key, step: epoch * 10, epoch: epoch, value: $0.value) })
    }
    let summary = try #require(try fixture.database.runs(seenFrom: .unknown, at: Date()).first)
    #expect(summary.epochs == 3)
    #expect(summary.finalTrainLoss == 2 && summary.bestTrainLoss == 1)
    #expect(summary.finalValidationLoss == 3 && summary.bestValidationLoss == 2)
    #expect(summary.finalValidationAccuracy == 0.5 && summary.bestValidationAccuracy == 1)
    #expect(
      try fixture.rows("SELECT * FROM epoch_losses WHERE epoch = 2")
        == [[SQLValue(fixture.run), 2, 1.0, .null, 2.0, 1.0, 0.5]])
  }

  /// Which times are there after statements that say nothing of them, or what cannot be.
  @Test(arguments: [
    ("INSERT INTO runs (id, status) VALUES (9, 'finished')", [1, 1, 0]),
    ("INSERT INTO runs (id, status, started_at) VALUES (9, 'failed', NULL)", [0, 1, 0]),
    ("INSERT INTO runs (id, status, ended_at) VALUES (9, 'stopped', 5)", [1, 5, 0]),
    ("INSERT INTO runs (id, started_at, ended_at) VALUES (9, NULL, 5)", [1, 0, 0]),
    (
      "INSERT INTO runs (id, status, ended_at, idle_milliseconds) VALUES (9, 'scheduled', 5, 6)",
      [0, 0, 0]
    ),
    (
      """
      INSERT INTO runs (id, status) VALUES (9, 'finished');
      UPDATE runs SET status = 'scheduled' WHERE id = 9;
      """, [0, 0, 0]
    ),
    (
      """
      INSERT INTO runs (id, status, ended_at) VALUES (9, 'scheduled', 5);
      UPDATE runs SET status = 'running' WHERE id = 9;
      """, [1, 0, 0]
    ),
    (
      """
      INSERT INTO runs (id, status, ended_at) VALUES (9, 'finished', 5);
      UPDATE runs SET status = 'finished' WHERE id = 9;
      """, [1, 5, 0]
    ),
    (
      """
      INSERT INTO runs (id, status, ended_at) VALUES (9, 'finished', -9223372036854775808);
      UPDATE runs SET status = 'running' WHERE id = 9;
      """, [1, 0, 0]
    ),
    (
      """
      INSERT INTO runs (id, status, ended_at) VALUES (9, 'finished', 9223372036854775807);
      UPDATE runs SET status = 'running' WHERE id = 9;
      """, [1, 0, 0]
    ),
  ])
  func timesFollowTheStatus(sql: String, times: [Int64]) throws {
    let fixture = try StoreFixture()
    try fixture.execute(sql)
    // 1 is any time of this day, 0 none.
    let now = "CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"
    let found = try fixture.rows(
      """
      SELECT
        CASE WHEN started_at BETWEEN \(now) - 86400000 AND \(now) THEN 1
          ELSE COALESCE(started_at, 0) END,
        CASE WHEN ended_at BETWEEN \(now) - 86400000 AND \(now) THEN 1
          ELSE COALESCE(ended_at, 0) END,
        idle_milliseconds
      FROM runs
      WHERE id = 9
      """)
    #expect(found == [times.map { .integer($0) }])
  }
}
