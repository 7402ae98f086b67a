import Foundation
import Testing

@testable import RunStore

/// Tensors of any type that a program has stored, such as the counters of batch normalisation.
struct TensorTypeTests {
  private let fixture: StoreFixture

  init() throws { fixture = try StoreFixture() }

  /// Stores a tensor of three elements, as another program does.
  private func store(_ type: String, _ bytes: [UInt8], shape: String = "[3]") throws {
    let hash = SHA256.hexadecimal(Data(bytes))
    let digits = bytes.map { String(format: "%02x", $0) }.joined()
    try fixture.execute(
      """
      INSERT OR REPLACE INTO snapshots (id, run_id, epoch, step) VALUES (1, \(fixture.run), 1, 1);
      INSERT INTO blobs (hash, data, byte_count) VALUES ('\(hash)', x'\(digits)', \(bytes.count))
      ON CONFLICT DO NOTHING;
      INSERT INTO tensors (snapshot_id, name, shape, dtype, blob_hash)
      VALUES (1, 't', '\(shape)', '\(type)', '\(hash)')
      """)
  }

  private func tensor() throws -> TensorRecord {
    try #require(try fixture.database.snapshot(ofRun: fixture.run).tensors.first)
  }

  /// A type, the bytes of three values of it, and the values.
  struct Case: Sendable {
    let type: String
    let bytes: [UInt8]
    let values: [Float]

    init(_ type: String, _ digits: String, _ values: [Float]) {
      self.type = type
      let digits = Array(digits)
      bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(digits[$0...($0 + 1)]), radix: 16)
      }
      self.values = values
    }
  }

  static let numbers = [
    Case("float64", "000000000000f83f0000000000000080000000000000f07f", [1.5, -0.0, .infinity]),
    Case("float32", "0000c03f000000800000807f", [1.5, -0.0, .infinity]),
    Case("float16", "003e0080007c", [1.5, -0.0, .infinity]),
    Case("bfloat16", "c03f0080807f", [1.5, -0.0, .infinity]),
    Case("int64", "0700000000000000ffffffffffffffff2c01000000000000", [7, -1, 300]),
    Case("int32", "07000000ffffffff2c010000", [7, -1, 300]),
    Case("int16", "0700ffff2c01", [7, -1, 300]),
    Case("int8", "07ff03", [7, -1, 3]),
    Case("uint64", "0700000000000000ffffffffffffffff2c01000000000000", [7, 0x1p64, 300]),
    Case("uint32", "07000000010000002c010000", [7, 1, 300]),
    Case("uint16", "070001002c01", [7, 1, 300]),
    Case("uint8", "07ff03", [7, 255, 3]),
    Case("bool", "010001", [1, 0, 1]),
  ]

  @Test(arguments: numbers)
  func numbersAreReadAndKeepTheirBytes(case: Case) throws {
    try store(`case`.type, `case`.bytes)
    let found = try tensor()
    #expect(found.values == `case`.values && found.isNumeric)
    #expect(found.values.map(\.sign) == `case`.values.map(\.sign))
    #expect(found.type == `case`.type && found.data == Data(`case`.bytes))
  }

  @Test(arguments: [("complex64", 24), ("float8_e4m3fn", 3), ("of the future", 17)])
  func whatIsNoNumberKeepsItsBytes(type: String, size: Int) throws {
    let bytes = Array(0..<UInt8(size))
    try store(type, bytes)
    let found = try tensor()
    #expect(found.values.isEmpty && !found.isNumeric && found.data == Data(bytes))
  }

  @Test(arguments: [
    ("int64", 12), ("bfloat16", 12), ("bool", 4), ("complex64", 12), ("float32", 8),
  ])
  func anotherLengthThanShapeAndTypeAskForIsDamage(type: String, size: Int) throws {
    try store(type, Array(repeating: 1, count: size))
    #expect(throws: RunStoreError.self) { _ = try tensor() }
  }

  /// Sign, 5 bits of exponent, 10 of fraction: each number there is.
  @Test func everyHalfPrecisionNumber() throws {
    let all = UInt16.min...UInt16.max
    try store("float16", all.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, shape: "[65536]")
    let values = try tensor().values
    for (half, value) in zip(all, values) {
      let sign: Float = half >> 15 == 0 ? 1 : -1
      let exponent = Int(half >> 10 & 0x1F)
      let fraction = Float(half & 0x3FF)
      let expected: Float =
        switch (exponent, fraction) {
        case (0, _): fraction * 0x1p-24
        case (31, 0): .infinity
        case (31, _): .nan
        default: Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
        }
      #expect(value == sign * expected || value.isNaN && expected.isNaN, "\(half)")
    }
  }
}
