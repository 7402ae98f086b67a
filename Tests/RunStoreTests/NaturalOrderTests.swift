import Randomness
import TestSupport
import Testing

@testable import RunStore

@Suite struct NaturalOrderTests {
  @Test func numbersInNamesGoBySize() {
    let names = ["run10", "run2", "run1", "conv10", "conv2", "lr 0.5", "lr 0.25", "lr 0.05"]
    #expect(
      names.distinctNames == [
        "conv2", "conv10", "lr 0.05", "lr 0.25", "lr 0.5", "run1", "run2", "run10",
      ])
  }

  /// It is an order: no two different names are equal, and what is between two is between them.
  @Test func anyNamesHaveOneOrder() {
    var generator = SeededGenerator(seed: 7)
    let parts = ["0", "00", "1", "9", "10", "010", ".", "a", "é", "e\u{301}", " "]
    let names = (0..<(TestScope.isFull ? 150 : 60)).map { _ in
      (0..<Int.random(in: 0...5, using: &generator)).map { _ in
        parts.randomElement(using: &generator) ?? ""
      }.joined()
    }
    for a in names {
      for b in names {
        let isSame = a.utf8.elementsEqual(b.utf8)
        #expect(isSame ? !a.precedesNaturally(b) : a.precedesNaturally(b) != b.precedesNaturally(a))
        for c in names where a.precedesNaturally(b) && b.precedesNaturally(c) {
          if !a.precedesNaturally(c) { Issue.record("\(a) < \(b) < \(c)") }
        }
      }
    }
  }

  @Test func statementsHaveTheOrder() throws {
    let fixture = try StoreFixture()
    try fixture.execute(
      """
      INSERT INTO runs (id, name) VALUES (2, 'x10'), (3, 'x9'), (4, 'x1');
      INSERT INTO params (run_id, name, value) VALUES (2, 'p10', 1), (2, 'p9', 1);
      INSERT INTO metrics (run_id, name, step, value) VALUES (2, 'm10', 1, 1), (2, 'm9', 1, 1),
        (2, 'z/loss', 1, 1), (2, 'val/loss', 1, 1);
      """)
    var search = RunSearch(order: .value(name: "name"))
    search.condition = "name LIKE 'x%'"
    #expect(try StatementReader(readingFrom: fixture.path).runs(search) == [4, 3, 2])
    var names: [String] = []
    try fixture.database.forEachValue(.parameters, ofRun: 2, limit: 10) { name, _ in
      names.append(name)
    }
    #expect(names == ["p9", "p10"])
    names = []
    try fixture.database.forEachMetricSummary(ofRun: 2, limit: 10) { names.append($0.name) }
    #expect(names == ["val/loss", "z/loss", "m9", "m10"])
  }
}
