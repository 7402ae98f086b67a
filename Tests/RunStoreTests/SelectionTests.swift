import Foundation
import Testing

@testable import RunStore

/// How a person names a run.
@Suite struct SelectionTests {
  @Test(
    arguments: [
      ("latest", RunSelector.Target.latest, nil),
      ("latest@5", .latest, .number(5)),
      ("7", .text("7"), nil),
      ("lenet@0", .text("lenet"), .number(0)),
      ("best:val/loss", .best(metric: "val/loss"), nil),
      ("best:val/loss@12", .best(metric: "val/loss"), .number(12)),
      ("a@best", .text("a"), .best),
      ("a b", .text("a b"), nil),
    ] as [(String, RunSelector.Target, RunSelector.Epoch?)])
  func textIsUnderstood(
    text: String, target: RunSelector.Target, epoch: RunSelector.Epoch?
  ) throws {
    let selector = try RunSelector(text)
    #expect(selector.target == target && selector.epoch == epoch)
  }

  @Test(arguments: [
    "", "@", "@3", "@best", "latest@", "latest@x", "a@-1", "a@+1", "best:",
    "a@99999999999999999999",
  ])
  func textThatNamesNoRunIsRefused(text: String) {
    #expect(throws: RunStoreError.invalidSelector(text: text)) { try RunSelector(text) }
  }

  /// Runs with the validation losses and accuracies given, one step each.
  private func store(_ losses: [[Double]]) throws -> StoreFixture {
    let fixture = try StoreFixture()
    for (index, series) in losses.enumerated() {
      let run = try fixture.database.createRun(
        RunDraft(
          name: "run\(index)", startedAt: StoreFixture.start.addingTimeInterval(Double(index + 1)))
      ).id
      try fixture.database.record(
        RunBatch(
          time: StoreFixture.start,
          metrics: zip(1..., series).flatMap { step, loss in
            [
              MetricPoint(name: "val/loss", step: step, value: loss),
              MetricPoint(name: "val/accuracy", step: step, value: 1 - loss),
            ]
          }), run: run)
    }
    return fixture
  }

  private func name(_ selector: String, in fixture: StoreFixture) throws -> String {
    try fixture.database.run(fixture.database.runID(RunSelector(selector))).name
  }

  @Test func theBestRunIsNeverTheOneWithNaN() throws {
    let fixture = try store([[0.5, 0.4], [.nan], [0.3, 0.35], [0.1, .nan], [.infinity]])
    #expect(try name("best:val/loss", in: fixture) == "run2")
    #expect(try name("best:val/accuracy", in: fixture) == "run2")
    #expect(throws: RunStoreError.noRunWithMetric(name: "no/such")) {
      try name("best:no/such", in: fixture)
    }
    #expect(try name("best:val/loss", in: store([[.nan], [0.1, .nan]])) == "run1")
  }

  /// Exact names come before epochs.
  @Test func namesOfRunsAndMetricsMayHoldTheSignsOfSelectors() throws {
    let fixture = try StoreFixture()
    try fixture.execute(
      """
      INSERT INTO runs (id, name) VALUES (2, 'net'), (3, 'net@112'), (4, 'net@x'), (5, 'best:f1'),
        (6, 'net@best');
      INSERT INTO metrics (run_id, name, step, value) VALUES (2, 'hits@10', 1, 1), (3, 'hits@10', 1, 2),
        (2, 'map@best', 1, 3), (4, 'f1', 1, 1);
      """)
    for (text, run, epoch) in [
      ("net@112", 3, nil), ("net@112@5", 3, 5), ("net@5", 2, 5), ("net@x", 4, nil),
      ("best:hits@10", 3, nil), ("best:hits@10@7", 3, 7), ("2@5", 2, 5),
      ("best:f1", 5, nil), ("best:f1@5", 5, 5), ("net@best", 6, nil), ("best:map@best", 2, nil),
    ] as [(String, Int, Int?)] {
      let selector = try RunSelector(text, in: fixture.database)
      #expect(try fixture.database.runID(selector) == run, "\(text)")
      #expect(selector.epoch == epoch.map { .number($0) }, "\(text)")
    }
    #expect(throws: RunStoreError.invalidSelector(text: "net@y")) {
      try RunSelector("net@y", in: fixture.database)
    }
  }

  @Test func theBestEpochIsThatOfTheMetricThatRanks() throws {
    let fixture = try StoreFixture()
    try fixture.execute(
      """
      INSERT INTO runs (id, name) VALUES (2, 'usual'), (3, 'own'), (4, 'unknown'), (5, 'steps');
      INSERT INTO metrics (run_id, name, step, epoch, value) VALUES
        (2, 'val/loss', 10, 1, 0.2), (2, 'val/loss', 20, 2, 0.1), (2, 'val/loss', 30, 3, 9e999),
        (2, 'val/accuracy', 10, 1, 0.9), (2, 'val/accuracy', 20, 2, 0.8), (2, 'a/loss', 1, 7, 0),
        (3, 'f1', 1, 4, 0.5), (3, 'x', 1, 5, 0.5), (4, 'x', 1, 5, 0.5), (5, 'f1', 7, NULL, 0.4);
      """)
    let database = fixture.database
    func chosen(_ text: String, isOfWeights: Bool = true) throws -> RunEpoch {
      try database.runEpoch(RunSelector(text, in: database), isOfWeights: isOfWeights)
    }
    for (text, run, epoch, metric) in [
      ("2@best", 2, 2, "val/loss"), ("best:val/loss", 2, 2, "val/loss"), ("3@best", 3, 4, "f1"),
      ("best:val/accuracy", 2, 1, "val/accuracy"), ("best:val/accuracy@best", 2, 1, "val/accuracy"),
      ("best:val/accuracy@3", 2, 3, nil), ("2", 2, nil, nil),
    ] as [(String, Int, Int?, String?)] {
      #expect(
        try chosen(text) == RunEpoch(run: run, epoch: epoch, bestMetric: metric), "\(text)")
    }
    #expect(try chosen("best:val/loss", isOfWeights: false).epoch == nil)
    #expect(throws: RunStoreError.noBestEpoch(run: 4, metric: nil, step: nil)) {
      try chosen("4@best")
    }
    #expect(throws: RunStoreError.noBestEpoch(run: 5, metric: "f1", step: 7)) {
      try chosen("5@best")
    }
  }

  @Test func theLatestStartedLast() throws {
    let fixture = try store([[1], [1]])
    #expect(try name("latest", in: fixture) == "run1")
    try fixture.execute("UPDATE runs SET deleted_at = 1 WHERE name = 'run1'")
    #expect(try name("latest", in: fixture) == "run0")
    #expect(throws: RunStoreError.isDeleted(run: 3)) { try name("run1", in: fixture) }
    try fixture.execute("UPDATE runs SET deleted_at = 1")
    #expect(throws: RunStoreError.noRuns) { try name("latest", in: fixture) }
  }

  @Test func aNumberNeverNamesAnotherRunByItsUUID() throws {
    let fixture = try store([[1], [1]])
    try fixture.execute("UPDATE runs SET uuid = '27' || substr(uuid, 3) WHERE id = 1")
    try fixture.execute("UPDATE runs SET deleted_at = 1 WHERE id = 2")
    #expect(throws: RunStoreError.isDeleted(run: 2)) { try name("2", in: fixture) }
    #expect(throws: RunStoreError.noSuchRun(selector: "27")) { try name("27", in: fixture) }
    #expect(throws: RunStoreError.isNotDeleted(run: 1)) {
      try fixture.database.runID(RunSelector("1"), deleted: true)
    }
    #expect(throws: RunStoreError.wholeRunsOnly(epoch: .number(3))) {
      try fixture.database.runID(ofWhole: RunSelector("1@3"))
    }
  }

  @Test func idsNamesAndBeginningsOfUUIDsAreFound() throws {
    let fixture = try store([[1], [1], [1]])
    try fixture.execute(
      """
      UPDATE runs SET uuid = 'abcd-1' WHERE name = 'run0';
      UPDATE runs SET uuid = 'abce-2' WHERE name = 'run1';
      UPDATE runs SET uuid = 'f00d-3', name = 'run0' WHERE name = 'run2';
      """)
    #expect(try name("2", in: fixture) == "run0")
    #expect(try fixture.database.runID(RunSelector("run0")) == 4)
    #expect(try name("ABCE", in: fixture) == "run1")
    #expect(try fixture.database.runID(RunSelector("f00d-3@2")) == 4)
    #expect(
      throws: RunStoreError.ambiguousRun(prefix: "abc", candidates: ["abcd-1", "abce-2"])
    ) { try name("abc", in: fixture) }
    #expect(throws: RunStoreError.noSuchRun(selector: "%")) { try name("%", in: fixture) }
  }
}
