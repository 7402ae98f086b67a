import Foundation
import Randomness
import TestSupport
import Testing

@testable import RunStore

/// The summary of a series always equals its points, whoever wrote them and in whatever order.
@Suite struct MetricSummaryTests {
  /// Points with many repeated steps, and with every kind of number.
  static func points(seed: UInt64) -> [MetricPoint] {
    var generator = SeededGenerator(seed: seed)
    let values = [
      Double.nan, .infinity, -.infinity, -0.0, 0, 1, -1, 0.1, 1e308, -1e308, .leastNonzeroMagnitude,
      9_007_199_254_740_992,
    ]
    let steps = [Int.max, Int.min, Int.max - 1, 0, -1]
    let ordered = seed.isMultiple(of: 4)
    return (0..<120).map { index in
      let random =
        generator.nextIndex(below: 8) == 0
        ? steps[generator.nextIndex(below: steps.count)] : generator.nextIndex(below: 90)
      return MetricPoint(
        name: generator.nextIndex(below: 2) == 0 ? "train/loss" : "ä'\"\u{0}b",
        step: ordered ? index : random,
        repeat: seed.isMultiple(of: 3) ? 0 : generator.nextIndex(below: 3),
        epoch: generator.nextIndex(below: 3) == 0 ? nil : generator.nextIndex(below: 5),
        value: values[generator.nextIndex(below: values.count)],
        time: Date(milliseconds: Int64(generator.nextIndex(below: 4))))
    }
  }

  static let summaries = """
    SELECT name, count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
      min_value, min_step, max_value, max_step, first_repeat, last_repeat, min_epoch, min_repeat,
      max_epoch, max_repeat, infinite_count, disorder
    FROM metric_series
    WHERE run_id = :run
    ORDER BY name
    """

  static let recomputed = """
    SELECT name, count, nan_count, first_step, first_value, last_step, last_epoch, last_value,
      min_value, min_step, max_value, max_step, first_repeat, last_repeat, min_epoch, min_repeat,
      max_epoch, max_repeat, infinite_count
    FROM metric_series_recomputed
    WHERE run_id = :run
    ORDER BY name
    """

  static let stored = """
    SELECT name, step, repeat, epoch, value
    FROM metrics
    WHERE run_id = :run
    ORDER BY name, step, repeat
    """

  @Test(arguments: TestScope.some(Array(UInt64(0)..<30)))
  func batchesTheTriggerAndRecomputationAgree(seed: UInt64) throws {
    let fixture = try StoreFixture()
    let other = try fixture.database.createRun(
      RunDraft(name: "trigger", startedAt: StoreFixture.start)
    ).id
    let points = Self.points(seed: seed)
    // Batches on both sides of the number of rows that are stored at once.
    let size = [7, 60, 120][Int(seed % 3)]
    for start in stride(from: 0, to: points.count, by: size) {
      try fixture.record(Array(points[start..<min(start + size, points.count)]))
    }
    try fixture.database.write { db in
      for point in points {
        try db.run(
          """
          INSERT INTO metrics (run_id, name, step, epoch, value, recorded_at, repeat)
          VALUES (:run, :name, :step, :epoch, :value, :time, :repeat)
          """,
          [
            "run": SQLValue(other), "name": .text(point.name), "step": SQLValue(point.step),
            "epoch": SQLValue(point.epoch), "value": .real(point.value),
            "time": SQLValue(point.time), "repeat": SQLValue(point.repeat),
          ])
      }
    }
    let byBatch = try fixture.rows(Self.summaries, ["run": SQLValue(fixture.run)])
    let byTrigger = try fixture.rows(Self.summaries, ["run": SQLValue(other)])
    #expect(byBatch == byTrigger, "seed \(seed)")
    #expect(
      try fixture.rows(Self.recomputed, ["run": SQLValue(other)])
        == byTrigger.map { Array($0.dropLast()) }, "seed \(seed)")
    #expect(
      try fixture.rows(Self.stored, ["run": SQLValue(other)])
        == fixture.rows(Self.stored, ["run": SQLValue(fixture.run)]), "seed \(seed)")
  }

  @Test func nanIsNullAndInfinityStays() throws {
    let fixture = try StoreFixture()
    try fixture.record([
      MetricPoint(name: "loss", step: 1, value: .nan),
      MetricPoint(name: "loss", step: 2, value: .infinity),
      MetricPoint(name: "loss", step: .max, value: -.infinity),
    ])
    #expect(
      try fixture.rows("SELECT value FROM metrics ORDER BY step")
        == [[.null], [.real(.infinity)], [.real(-.infinity)]])
    let points = try fixture.database.metrics(ofRun: fixture.run)
    #expect(points[0].value.isNaN)
    #expect(points.map(\.step) == [1, 2, .max])
    let summary = try #require(try fixture.database.metricSummaries(ofRun: fixture.run).first)
    #expect(summary.nanCount == 1)
    #expect(summary.firstValue == nil)
    #expect(summary.infiniteCount == 2)
    #expect(summary.minimum == nil)
    #expect(summary.minimumStep == nil)
    #expect(summary.hasDiverged)
  }

  @Test func aPointAtTheSameStepReplacesTheFirst() throws {
    let fixture = try StoreFixture()
    for value in [9, 1, 5] {
      try fixture.execute(
        "INSERT INTO metrics (run_id, name, step, value) VALUES (1, 'loss', 3, \(value))")
    }
    #expect(
      try fixture.rows("SELECT count, min_value, max_value, last_value FROM metric_series")
        == [[1, 5.0, 5.0, 5.0]])
  }

  @Test(arguments: ["OR REPLACE", "OR IGNORE", "OR FAIL"])
  func theConflictClauseOfTheWriterChangesNothing(clause: String) throws {
    let fixture = try StoreFixture()
    for (step, value) in [(1, 4), (2, 3), (1, 2)] {
      try fixture.execute(
        """
        INSERT \(clause) INTO metrics (run_id, name, step, value)
        VALUES (1, 'loss', \(step), \(value))
        """)
    }
    #expect(
      try fixture.rows("SELECT count, first_value, last_value, min_value FROM metric_series")
        == [[2, 2.0, 3.0, 2.0]])
  }

  @Test func textThatIsANumberIsTakenAsOne() throws {
    let fixture = try StoreFixture()
    try fixture.execute(
      """
      INSERT INTO metrics (run_id, name, step, value)
      VALUES (1, 'loss', '10', '0.5'), (1, 'loss', '9', '1e3'), (1, 'loss', 8, 2)
      """)
    #expect(
      try fixture.rows("SELECT first_step, last_step, min_value, max_value FROM metric_series")
        == [[8, 10, 0.5, 1000.0]])
  }

  @Test func pointsWithoutARunOrAStepAreRefused() throws {
    let fixture = try StoreFixture()
    #expect(
      throws: PlainConnection.Failure(message: "metrics: there is no run with this run_id")
    ) {
      try fixture.execute("INSERT INTO metrics (run_id, name, step, value) VALUES (9, 'a', 1, 1)")
    }
    #expect(throws: PlainConnection.Failure.self) {
      try fixture.execute("INSERT INTO metrics (run_id, name, value) VALUES (1, 'a', 1)")
    }
    #expect(throws: PlainConnection.Failure.self) {
      try fixture.execute("INSERT INTO metrics (run_id, name, step, value) VALUES (1, 'a', 1, 'x')")
    }
    #expect(try fixture.rows("SELECT COUNT(*) FROM metric_series") == [[0]])
  }

  /// Whatever a statement leaves out, and whatever it refuses, is not in the summary either.
  @Test(arguments: ["", "OR IGNORE", "OR FAIL", "OR REPLACE", "OR ROLLBACK"])
  func aPointThatIsNotStoredIsNotCounted(policy: String) throws {
    let fixture = try StoreFixture()
    try fixture.record([MetricPoint(name: "x", step: 1, value: 1)])
    for values in [
      "NULL, NULL, 1, NULL, NULL", "'a', NULL, 1, NULL, NULL", "2, 'a', 1, NULL, NULL",
      "2, NULL, 'a', NULL, NULL", "2, NULL, x'00', NULL, NULL", "2, NULL, 1, 'a', NULL",
      "2, NULL, 1, NULL, 'a'", "2, NULL, 1, NULL, x'31'", "2.5, NULL, 1, NULL, NULL",
      "2, NULL, 1, NULL, 1700000000", "2, NULL, 1, NULL, '1700000000'",
      "2, NULL, 1, NULL, 1700000000.5", "2, NULL, 1, NULL, 1700000000000.5",
    ] {
      #expect(throws: (any Error).self, "\(values)") {
        try fixture.execute(
          "INSERT \(policy) INTO metrics (run_id, name, step, epoch, value, repeat, recorded_at)"
            + " VALUES (\(fixture.run), 'x', \(values))")
      }
    }
    #expect(
      try fixture.rows("SELECT count, (SELECT COUNT(*) FROM metric_points) FROM metric_series")
        == [[1, 1]])
    #expect(try fixture.database.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
  }

  @Test func numbersThatAreTextAreStoredAsNumbers() throws {
    let fixture = try StoreFixture()
    try fixture.execute(
      "INSERT INTO metrics (run_id, name, step, epoch, value, recorded_at)"
        + " VALUES ('\(fixture.run)', 'x', '3', '1', '0.5', '1700000000000')")
    #expect(
      try fixture.rows("SELECT step, epoch, value, recorded_at FROM metric_points")
        == [[3, 1, 0.5, 1_700_000_000_000]])
    #expect(
      try fixture.rows("SELECT last_step, last_value, last_at FROM metric_series")
        == [[3, 0.5, 1_700_000_000_000]])
  }
}
