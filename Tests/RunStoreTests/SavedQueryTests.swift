import Foundation
import Testing

@testable import RunStore

/// The questions in `queries/`: their headers are true and they give the right answers.
@Suite struct SavedQueryTests {
  private func rows(
    _ name: String, _ given: [String: SQLValue] = [:], in fixture: StoreFixture
  ) throws -> [[SQLValue]] {
    let query = try SavedQuery.named(name)
    return try fixture.rows(query.sql, query.arguments(given))
  }

  @Test(arguments: SavedQuery.names)
  func headersAreTrue(name: String) throws {
    let fixture = try StoreFixture()
    let query = try SavedQuery.named(name)
    #expect(query.sql.contains("\nORDER BY"))
    let examples = Dictionary(
      uniqueKeysWithValues: query.parameters.map { ($0.name, SQLValue.text($0.example)) })
    var columns: [String] = []
    // The reader refuses a parameter too many and one too few.
    try StatementReader(readingFrom: fixture.path).select(
      query.sql, parameters: examples, onColumns: { columns = $0 }, onRow: { _ in })
    #expect(columns == query.columns.map(\.name))
    for parameter in query.parameters where parameter.kind == .integer {
      #expect(Int(parameter.example) != nil)
    }
  }

  @Test func parametersAreChecked() throws {
    let query = try SavedQuery.named("best_runs")
    #expect(try query.arguments(["limit": 3]) == ["limit": 3, "metric": .null, "goal": .null])
    #expect(throws: RunStoreError.unknownParameter(name: "x", known: ["metric", "goal", "limit"])) {
      try query.arguments(["x": 1])
    }
    #expect(throws: RunStoreError.missingParameter(name: "run")) {
      try SavedQuery.named("epoch_losses").arguments([:])
    }
    #expect(throws: RunStoreError.unknownQuery(name: "x", known: SavedQuery.names)) {
      try SavedQuery.named("x")
    }
  }

  @Test func malformedHeadersAreRefused() {
    for sql in ["SELECT 1", "-- What\n-- Parameters:\n--   run\n-- Columns:\n--   a: b\nSELECT 1"] {
      #expect(throws: RunStoreError.self) { try SavedQuery(name: "mine", sql: sql) }
    }
  }

  @Test func theBestRunsComeFirstAndDivergedOnesLast() throws {
    let fixture = try StoreFixture()
    for (index, losses) in [[0.5, 0.6], [0.1, .nan], [0.4, 0.3]].enumerated() {
      let run = try fixture.database.createRun(
        RunDraft(
          name: "r\(index)", startedAt: StoreFixture.start,
          parameters: ["lr": .real(index == 1 ? 1.0 : 0.1)])
      ).id
      let points = zip(1..., losses).map { epoch, loss in
        MetricPoint(name: "val/loss", step: epoch * 5, epoch: epoch, value: loss)
      }
      try fixture.database.record(RunBatch(time: StoreFixture.start, metrics: points), run: run)
    }
    #expect(
      try rows("best_runs", in: fixture) == [
        [4, "r2", 0.3, 10, 2, 0.3, 0, "min"], [2, "r0", 0.5, 5, 1, 0.6, 0, "min"],
        [3, "r1", 0.1, 5, 1, .null, 1, "min"],
      ])
    #expect(
      try rows("diverged_runs", in: fixture) == [[3, "r1", "val/loss", 2, 1, 10, 2, 0.1]])
    let effect = try rows("parameter_effect", ["parameter": "lr"], in: fixture)
    #expect(effect.map { Array($0[0...2]) } == [[0.1, 2, 0], [1.0, 1, 1]])
    #expect(abs((effect[0][3].real ?? 0) - 0.45) < 1e-12)
    #expect(abs((effect[0][4].real ?? 0) - 0.045.squareRoot()) < 1e-12)
    #expect(
      try rows("compare_runs", ["first": 2, "second": 3], in: fixture)
        == [["parameter", "lr", 0.1, 1.0], ["metric", "val/loss", 0.6, .null]])
  }

  /// Moving all values by d is a distance of d; the last pair spreads a point mass at 0 over -1 … 1.
  @Test func driftIsTheWassersteinDistance() throws {
    let fixture = try StoreFixture()
    func histogram(_ epoch: Int, _ lower: Double, _ upper: Double, _ counts: [Int])
      -> HistogramRecord
    {
      HistogramRecord(
        epoch: epoch, layer: "fc", quantity: .weight, lower: lower, upper: upper, counts: counts)
    }
    try fixture.database.record(
      RunBatch(
        time: StoreFixture.start,
        histograms: [
          histogram(0, 0, 1, [1, 1]), histogram(1, 0.25, 1.25, [3, 3]),
          histogram(2, 10, 12, [1, 0, 0, 1]), histogram(3, 0, 0, [4]), histogram(4, -1, 1, [2, 2]),
        ]), run: fixture.run)
    let drift = try rows("histogram_drift", ["run": SQLValue(fixture.run)], in: fixture)
    #expect(drift.map { $0[2] } == [1, 2, 3, 4])
    let distances = drift.map { $0[3].real ?? .nan }
    for (found, right) in zip(distances, [0.25, 10.25, 11.0, 0.5]) {
      #expect(abs(found - right) < 1e-12)
    }
  }
}
