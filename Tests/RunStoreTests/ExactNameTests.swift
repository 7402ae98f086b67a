import Testing

@testable import RunStore

/// Names and values are what their bytes are, where Swift takes two spellings of é for the same.
@Suite struct ExactNameTests {
  private let composed = "\u{E9}"
  private let decomposed = "e\u{301}"

  @Test func textsAreEqualWhenTheirBytesAre() {
    #expect(SQLValue.text(composed) != .text(decomposed))
    #expect(Set<SQLValue>([.text(composed), .text(decomposed), .text(composed)]).count == 2)
    #expect(SQLValue.real(1) != .integer(1) && SQLValue.null == nil)
    #expect([decomposed, composed, composed].distinctNames.map(\.utf8.count) == [3, 2])
    #expect(![composed].containsExactly(decomposed))
  }

  @Test func aRunHasBothParametersAndBothMetrics() throws {
    let fixture = try StoreFixture()
    let database = fixture.database
    try fixture.execute(
      """
      INSERT INTO params (run_id, name, value) VALUES (1, '\(composed)', 1), (1, '\(decomposed)', 2)
      """)
    try database.record(
      RunBatch(
        time: StoreFixture.start,
        metrics: [
          MetricPoint(name: composed, step: 1, value: 1),
          MetricPoint(name: decomposed, step: 1, value: 2),
        ]), run: 1)
    let run = try #require(try database.comparedRuns([1], metrics: nil).first)
    #expect(run.parameters[composed] == 1 && run.parameters[decomposed] == 2)
    #expect(run.metrics[composed]?.lastValue == 1 && run.metrics[decomposed]?.lastValue == 2)
    #expect(try database.metricNames(ofRun: 1).map(\.utf8.count).sorted() == [2, 3])
    let values = try StatementReader(readingFrom: fixture.path)
      .values([composed, decomposed].map { "param:" + $0 }, ofRuns: [1]).rows
    #expect(values == [[1, 2]])
  }

  @Test func whatARunDoesNotHaveIsNoValue() throws {
    let fixture = try StoreFixture()
    try fixture.execute(
      """
      INSERT INTO runs (id, name) VALUES (2, 'none'), (3, 'empty');
      INSERT INTO params (run_id, name, value) VALUES (2, 'p', NULL), (3, 'p', '');
      INSERT INTO metrics (run_id, name, step, value) VALUES (2, 'x', 1, NULL);
      """)
    let values = try StatementReader(readingFrom: fixture.path)
      .values(["p", "x", "name"], ofRuns: [2, 3])
    #expect(values.areParameters == [true, false, false])
    #expect(values.rows[1] == ["", nil, "empty"])
    #expect(values.rows[0][0] == .some(.null))
    #expect(values.rows[0][1]?.real?.isNaN == true)
  }
}
