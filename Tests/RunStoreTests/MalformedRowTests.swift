import Foundation
import Randomness
import TestSupport
import Testing

@testable import RunStore

/// Lists that are JSON of another shape: refused where they enter, named where they are already.
@Suite struct MalformedRowTests {
  struct Place: Sendable {
    let table: String
    let column: String
    /// Values that the column takes.
    let good: [String]
    let bad: [String]
  }

  private static let never = [
    "5", "\"text\"", "{}", "{\"a\":1}", "[[1]]", "[true]", "[1", "", "null", "[1.2.3]", "[01]",
    "[1e]",
  ]

  static let places: [Place] = [
    Place(
      table: "runs", column: "argv", good: ["[]", "[\"a\", \"\"]"], bad: never + ["[1]", "[null]"]),
    Place(table: "layers", column: "input_shape", good: sizes.good, bad: sizes.bad),
    Place(table: "layers", column: "output_shape", good: sizes.good, bad: sizes.bad),
    Place(table: "layers", column: "weight_shape", good: sizes.good, bad: sizes.bad),
    Place(table: "tensors", column: "shape", good: sizes.good, bad: sizes.bad),
    Place(
      table: "predictions", column: "inputs", good: ["[]", "[0, -1.5, null]"],
      bad: never + ["[\"1\"]", "[1e999]", "[NaN]"]),
    Place(
      table: "histograms", column: "counts", good: ["[1,2]", " [1.0,2]"],
      bad: never + ["[1,-2]", "[0.5]", "[null]", "[NaN]", "[\"3\"]", "[1e999]"]),
    Place(
      table: "histograms", column: "edges", good: ["[0,0.5,1]"],
      bad: never + ["[0,1]", "[0,1,2,3]", "[0,null,1]", "[0,1,1e999]", "[0,\"1\",2]"]),
  ]

  private static let sizes = (
    good: ["[]", "[0]", " [1, 3]"],
    bad: never + ["[-1]", "[1.5]", "[\"1\"]", "[null]", "[9223372036854775808]"]
  )

  /// A file whose first run has a row in each table with lists.
  private func filled() throws -> StoreFixture {
    let fixture = try StoreFixture()
    try fixture.database.record(
      RunBatch(
        time: StoreFixture.start,
        metrics: [MetricPoint(name: "loss", step: 1, value: 2)],
        histograms: [
          HistogramRecord(
            epoch: 0, layer: "a", quantity: .weight, lower: 0, upper: 1, counts: [1, 2])
        ],
        snapshots: [
          SnapshotRecord(epoch: 0, tensors: [TensorRecord(name: "w", shape: [1], values: [1])])
        ], predictions: [PredictionRecord(row: 3, inputs: [1, .nan])],
        layers: [
          LayerRecord(
            position: 0, name: "fc1", kind: "linear", inputShape: [1, 2], outputShape: [1, 1])
        ]), run: fixture.run)
    try fixture.database.finishRun(fixture.run, status: .finished, at: StoreFixture.start)
    return fixture
  }

  private func change(_ place: Place, to value: String) -> String {
    "UPDATE \(place.table) SET \(place.column) = '\(value)'"
  }

  @Test(arguments: TestScope.some(Array(places.indices))) func whatIsNoListIsRefused(index: Int)
    throws
  {
    let place = Self.places[index]
    let fixture = try filled()
    // What is inserted is what is updated, copied from the row that is there.
    let copy = """
      CREATE TEMP TABLE copy AS SELECT * FROM \(place.table);
      DELETE FROM \(place.table);
      """
    for value in place.bad {
      #expect(throws: (any Error).self, "\(value)") {
        try fixture.execute(change(place, to: value))
      }
      #expect(throws: (any Error).self, "\(value)") {
        try fixture.execute(
          "BEGIN; \(copy) UPDATE copy SET \(place.column) = '\(value)';"
            + " INSERT INTO \(place.table) SELECT * FROM copy; COMMIT")
      }
    }
    for value in place.good {
      try fixture.execute(
        "BEGIN; \(copy) UPDATE copy SET \(place.column) = '\(value)';"
          + " INSERT INTO \(place.table) SELECT * FROM copy; ROLLBACK")
      try fixture.execute(change(place, to: value))
    }
    // The bytes of the tensor do not follow its shape.
    #expect(
      try fixture.database.examine(seenFrom: .unknown, at: StoreFixture.start)
        .filter { $0.kind != .tensor } == [])
  }

  /// Texts that are lists of numbers, or nearly.
  private static func oddLists(seed: UInt64) -> [String] {
    var generator = SeededGenerator(seed: seed)
    let parts = [
      "0", "1", "9", "10", "1.5", "-0", "1e5", "2E-07", "0.0", "e+", ".", "-", "+", "e", ",", ", ",
      " ", "\n", "[", "]", "n", "f", "z", "x", "<>", "?",
    ]
    return (0..<300).map { _ in
      let count = Int.random(in: 0..<8, using: &generator)
      let text = (0..<count).map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
      return Bool.random(using: &generator) ? text : "[\(text)]"
    }
  }

  @Test(arguments: TestScope.some(Array(UInt64(0)..<3))) func binsAreThoseOfListsThatAreJSON(
    seed: UInt64
  )
    throws
  {
    let fixture = try filled()
    let connection = try PlainConnection(path: fixture.path)
    try connection.execute("DROP TRIGGER histograms_checked_update")
    for list in Self.oddLists(seed: seed) {
      try connection.execute("UPDATE histograms SET counts = '\(list)', edges = NULL")
      let isList =
        try connection.textRows(
          "SELECT CASE WHEN json_valid(counts) THEN json_type(counts) END FROM histograms")
        == [["array"]]
        && list.count { $0 == "[" } == 1
      let bins =
        try isList
        ? connection.textRows("SELECT json_array_length(counts) FROM histograms")[0][0] : "0"
      let label: Comment = "\(list), seed \(seed)"
      #expect(try connection.textRows("SELECT COUNT(*) FROM histogram_bins") == [[bins]], label)
      let length = try fixture.database.read {
        try $0.row("SELECT list_length(counts) AS length FROM histograms")?["length"]
      }
      #expect(length == (isList ? .integer(Int64(bins) ?? -1) : .null), label)
      try connection.execute("UPDATE histograms SET counts = '[7]', edges = '\(list)'")
      #expect(
        try connection.textRows("SELECT COUNT(*) FROM histogram_bins") == [[isList ? "1" : "0"]],
        label)
    }
  }

  @Test(
    arguments: ["counts", "edges"],
    TestScope.some(["[1", "", "5", "[NaN]", "[1,,2]", "{\"a\":1}", "1]", "[1.2.3]", "[01]", "[1e]"])
  )
  func aBrokenHistogramHidesNoOther(column: String, value: String) throws {
    let fixture = try filled()
    try fixture.execute(
      """
      DROP TRIGGER histograms_checked_update;
      UPDATE histograms SET edges = ' [-1e-5, 0.5,
      2.5E+3]', counts = ' [1.0,2 ]';
      INSERT INTO histograms (run_id, epoch, layer, quantity, lower, upper, counts, count, edges)
      SELECT run_id, epoch, 'b', quantity, lower, upper, counts, count, edges FROM histograms;
      INSERT INTO histograms (run_id, epoch, layer, quantity, lower, upper, counts, count)
      VALUES (1, 0, 'c', 'weight', 0, 1, '[4]', 4), (1, 1, 'c', 'weight', 0, 1, '[]', 0);
      UPDATE histograms SET \(column) = '\(value)' WHERE layer = 'b';
      """)
    let connection = try PlainConnection(path: fixture.path)
    try connection.execute("PRAGMA trusted_schema = OFF")
    #expect(
      try connection.textRows(
        "SELECT layer, bin, lower, upper, count FROM histogram_bins ORDER BY layer, bin")
        == [
          ["a", "0", "-1.0e-05", "0.5", "1.0"], ["a", "1", "0.5", "2500.0", "2"],
          ["c", "0", "0.0", "1.0", "4"],
        ])
    if column == "counts" {
      try connection.execute("UPDATE histograms SET edges = NULL")
      #expect(
        try fixture.rows("SELECT 1 FROM histogram_bins WHERE layer = 'b'") == [])
      for query in try SavedQuery.all() where query.name.hasPrefix("histogram_") {
        var parameters: [String: SQLValue] = ["run": 1, "quantity": "weight"]
        if query.sql.contains(":layer") { parameters["layer"] = "c" }
        _ = try fixture.rows(query.sql, parameters)
      }
    }
  }

  @Test(.slow, arguments: places.indices) func whatIsThereAlreadyIsNamedAndLeft(index: Int) throws {
    let place = Self.places[index]
    let fixture = try filled()
    for (number, value) in ["5", "[1", place.bad.last ?? ""].enumerated() {
      let file = fixture.folder.path("bad-\(number).db")
      try fixture.execute("VACUUM INTO '\(file)'")
      let plain = try PlainConnection(path: file)
      let triggers = ["checked_update", "updated"].map { "\(place.table)_\($0)" }
      try plain.execute(triggers.map { "DROP TRIGGER IF EXISTS \($0)" }.joined(separator: ";"))
      try plain.execute(change(place, to: value))
      let database = try RunDatabase(writingTo: file)
      let found = try database.examine(seenFrom: .unknown, at: StoreFixture.start)
        .filter { $0.kind == .malformedRow }
      #expect(found.first?.message.contains("In run 1, the \(place.column)") == true, "\(value)")
      #expect(
        try database.repair(seenFrom: .unknown, at: StoreFixture.start).map(\.kind)
          .allSatisfy { [.malformedRow, .histogram, .tensor].contains($0) })
      _ = try database.createRun(RunDraft(name: "other", startedAt: StoreFixture.start))
      let target = try RunDatabase(writingTo: fixture.folder.path("target-\(number).db"))
      let merged = try target.merge(from: file, seenFrom: .unknown, at: Date.distantFuture)
      #expect(merged.map(\.outcome) == [.damaged, .added], "\(value)")
      #expect(
        merged[0].details.contains { $0.contains("the \(place.column)") }, "\(merged[0].details)")
    }
  }
}
