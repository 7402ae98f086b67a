import Foundation
import TestSupport
import Testing

@testable import RunStore

/// What a NumPy scalar left in older files, and what is refused today.
@Suite struct BytesParameterTests {
  /// The bytes are what NumPy 2 gives for `int64(10).tobytes()` and so on, on a little-endian machine.
  @Test(
    arguments: TestScope.some(
      [
        ("0A00000000000000", SQLValue.integer(10)),  // int64(10)
        ("FFFFFFFFFFFFFFFF", .integer(-1)),  // int64(-1)
        ("00E1F50500000000", .integer(100_000_000)),  // int64(1e8)
        ("9A9999999999B93F", nil),  // float64(0.1), which is a number in Python
        ("80000000", .integer(128)),  // int32(128)
        ("9CFFFFFF", .integer(-100)),  // int32(-100)
        ("CDCCCC3D", .real(0.1)),  // float32(0.1)
        ("17B7D138", .real(0.0001)),  // float32(1e-4)
        ("0000C07F", nil),  // float32(nan)
        ("D2029649", nil),  // int32(1234567890), which would be 1.2e6 as float32
        ("0200", .integer(2)),  // int16(2)
        ("00FF", nil),  // int16(-256), uint16(65280) or float16(-0.0)
        ("01", .integer(1)),  // bool_(True)
        ("FF", nil),  // int8(-1) or uint8(255)
        ("35", nil),  // int8(53) or b"5"
        ("3132", .integer(12)),  // b"12"
        ("302E303031", .real(0.001)),  // b"0.001"
        ("31652D33", .real(0.001)),  // b"1e-3"
        ("68656C6C6F", nil),  // b"hello"
        ("", nil),
      ] as [(String, SQLValue?)]))
  func numbersThatArePlainAreRead(hex: String, number: SQLValue?) throws {
    let fixture = try StoreFixture()
    guard case .blob(let bytes)? = try fixture.rows("SELECT x'\(hex)'").first?.first else {
      return try #require(Bool(false), "no bytes")
    }
    #expect(BytesParameter.plainNumber(bytes) == number)
  }

  /// A file of version 2 into which bytes came all the same.
  private func fixture() throws -> StoreFixture {
    let fixture = try StoreFixture()
    try fixture.execute(
      """
      DROP TRIGGER params_checked_insert;
      INSERT INTO params (run_id, name, value)
      VALUES (1, 'size', x'0A00000000000000'), (1, 'odd', x'00FF'), (1, 'lr', 0.5);
      """)
    try fixture.database.finishRun(fixture.run, status: .finished, at: StoreFixture.start)
    return fixture
  }

  @Test func bytesAreCarriedOverAsTheirNumberOrAsText() throws {
    let fixture = try fixture()
    let target = try RunDatabase(writingTo: fixture.folder.path("target.db"))
    let one = fixture.folder.path("one.db")
    #expect(
      try target.merge(from: fixture.path, seenFrom: .unknown, at: Date()).map(\.outcome)
        == [.added])
    try fixture.database.exportRun(fixture.run, to: one, seenFrom: .unknown, at: Date())
    for path in [target.path, one] {
      #expect(
        try StatementReader(readingFrom: path).rows(
          "SELECT name, value, text FROM params ORDER BY name")
          == [["lr", 0.5, .null], ["odd", .null, "00FF"], ["size", 10, .null]])
    }
    // What was carried over is the same run.
    for path in [fixture.path, one] {
      #expect(
        try target.merge(from: path, seenFrom: .unknown, at: Date()).map(\.outcome) == [.present])
    }
  }

  @Test func doctorNamesBytesAndTimesInSeconds() throws {
    let fixture = try fixture()
    try fixture.execute(
      """
      UPDATE runs SET started_at = 1700000000;
      INSERT INTO metrics (run_id, name, step, value, recorded_at) VALUES (1, 'a', 1, 1, 5), (1, 'a', 2, 1, 6);
      UPDATE metric_points SET recorded_at = 1700000000 + step;
      UPDATE metric_series SET last_at = 1700000002;
      """)
    let database = try RunDatabase(writingTo: fixture.path)
    #expect(try database.examine(seenFrom: .unknown, at: StoreFixture.start) == [])
    #expect(
      try database.remarks().map(\.message) == [
        "The parameter odd of run 1 is 2 bytes; merge and export run carry it over as the text 00FF.",
        "The parameter size of run 1 is 8 bytes; merge and export run carry it over as the number 10.",
        "Run 1 started in 1970: seconds were stored as milliseconds.",
        "2 points of run 1 have times in 1970: seconds were stored as milliseconds.",
      ])
  }

  @Test(arguments: [
    (
      "INSERT INTO params (run_id, name, value) VALUES (1, 'a', x'00')",
      "params: a value is a number or text, not bytes; give the number, such as float(x)"
    ),
    (
      "INSERT INTO params VALUES (1, 'a', 1, NULL); UPDATE params SET value = x'00'",
      "params: a value is a number or text, not bytes; give the number, such as float(x)"
    ),
    (
      "INSERT INTO metrics (run_id, name, step, value, recorded_at) VALUES (1, 'a', 1, 1, 1000000000)",
      "metrics: recorded_at counts milliseconds; this one looks like seconds, to be multiplied by 1000"
    ),
    (
      "INSERT INTO metrics (run_id, name, step, value, recorded_at) VALUES (1, 'a', 1, 1, 1.7e9)",
      "metrics: recorded_at counts milliseconds; this one looks like seconds, to be multiplied by 1000"
    ),
  ])
  func wrongTypesAreRefusedWhereTheyEnter(sql: String, message: String) throws {
    let fixture = try StoreFixture()
    #expect(throws: PlainConnection.Failure(message: message)) { try fixture.execute(sql) }
    #expect(try fixture.rows("SELECT COUNT(*) FROM metrics") == [[0]])
  }
}
