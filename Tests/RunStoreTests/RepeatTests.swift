import Foundation
import TestSupport
import Testing

@testable import RunStore

/// Several points of one step: which one counts, and what does not change when each stands twice.
@Suite struct RepeatTests {
  private func fixture(doubled: Bool) throws -> StoreFixture {
    let fixture = try StoreFixture()
    for (index, metric) in ["train/loss", "val/loss", "val/accuracy", "epoch/seconds"].enumerated()
    {
      for epoch in 1...4 {
        let value = epoch == 3 && index == 1 ? Double.infinity : 1 / Double(epoch + index)
        for repeated in doubled ? 0...1 : 0...0 {
          try fixture.record([
            MetricPoint(
              name: metric, step: epoch * 10, repeat: repeated, epoch: epoch, value: value,
              time: StoreFixture.start)
          ])
        }
      }
    }
    try fixture.execute("INSERT INTO params (run_id, name, value) VALUES (1, 'lr', 0.1)")
    return fixture
  }

  /// Columns that count points.
  private static let counts: Set = ["points", "nan_count", "metric_points"]

  @Test(arguments: TestScope.some(SavedQuery.names))
  func everyQueryAnswersAsIfEachPointStoodOnce(name: String) throws {
    let query = try SavedQuery.named(name)
    func answer(_ fixture: StoreFixture) throws -> [[SQLValue]] {
      var given: [String: SQLValue] = [:]
      for parameter in query.parameters {
        switch parameter.name {
        case "run", "first", "second": given[parameter.name] = 1
        case "parameter": given[parameter.name] = "lr"
        default: given[parameter.name] = .null
        }
      }
      var kept: [Int] = []
      var rows: [[SQLValue]] = []
      try StatementReader(readingFrom: fixture.path).select(
        query.sql, parameters: given,
        onColumns: { names in
          kept = names.indices.filter { !Self.counts.contains(names[$0]) && names[$0] != "value" }
          if name != "run_detail" {
            kept = names.indices.filter { !Self.counts.contains(names[$0]) }
          }
        },
        onRow: { row in rows.append(kept.map { row[$0] }) })
      return rows
    }
    #expect(try answer(fixture(doubled: true)) == answer(fixture(doubled: false)))
  }

  @Test func theViewsOfRunsAreThoseOfOnePointAStep() throws {
    for view in ["epoch_losses", "run_summary"] {
      let columns = view == "run_summary" ? "name, epochs, final_val_loss, best_val_loss" : "*"
      let sql = "SELECT \(columns) FROM \(view)"
      #expect(try fixture(doubled: true).rows(sql) == fixture(doubled: false).rows(sql))
    }
  }

  @Test func theLatestIsTheOneOfTheLargestTimeThenValueThenRepeat() throws {
    let fixture = try StoreFixture()
    func latest() throws -> [SQLValue] {
      try fixture.rows("SELECT last_value, last_repeat, disorder FROM metric_series")[0]
    }
    func store(_ repeated: Int, _ value: Double, at milliseconds: Int64) throws {
      try fixture.record([
        MetricPoint(
          name: "m", step: 0, repeat: repeated, value: value,
          time: Date(milliseconds: milliseconds))
      ])
    }
    try store(0, 1, at: 5)
    try store(1, 9, at: 4)
    #expect(try latest() == [1.0, 0, 0])
    try store(2, -1, at: 5)
    #expect(try latest() == [1.0, 0, 0])
    try store(3, .nan, at: 6)
    #expect(try latest() == [.null, 3, 0])
    // Replacing the latest lets another have its place.
    try store(3, .nan, at: 1)
    #expect(try latest() == [1.0, 0, 1])
  }
}
