import Foundation
import TestSupport
import Testing

/// Commands that read weights, of runs whose tensors are of any type.
@Suite struct TensorTypeCommandTests {
  /// Types with the word of safetensors for them, the bytes of 1.5 and -2, 7 and -1, or what comes near, and
  /// the hash of the bytes.
  private static let tensors = [
    (
      "float64", "F64", "000000000000f83f00000000000000c0",
      "bd179027e5d89aea8ed4f7d630cbcad3cc35d3fb375cc9ef7aae3675a7b167cc"
    ),
    (
      "float32", "F32", "0000c03f000000c0",
      "252b3318179cc24998f3670913d52d39085cf65b0dfa98fa523ffeab4b6683fe"
    ),
    (
      "float16", "F16", "003e00c0",
      "14c189f9839c32991688a046c54f8ed8c0ee044ebd25e7ef9ed19a30a788e101"
    ),
    (
      "bfloat16", "BF16", "c03f00c0",
      "99fb37aa6f1e8105a040ae44cea7366b8fd368cd8b8efc2d95c30ccce9489328"
    ),
    (
      "int64", "I64", "0700000000000000ffffffffffffffff",
      "57e4397ccfb34c2040f50ff90f7850667aac626e0959bd3a4c92ec8ed62dc888"
    ),
    ("bool", "BOOL", "0100", "47dc540c94ceb704a23875c11273e16bb0b8a87aed84de911f2133568115f254"),
    ("uint8", "U8", "07ff", "ee6e7ccff2d1602988459661ab48e03593f277edc8ec0bf704a7c48b15e2b5b0"),
    (
      "complex64", "C64", "0000803f000000400000404000008040",
      "ad73b9acd6e4a74b2f5bb5386658ce3bb146cd040a1867646ab3b973fb6632b1"
    ),
  ]

  /// A file with two finished runs that have one tensor of each type.
  private func workplace() async throws -> Workplace {
    let workplace = try Workplace()
    #expect(try await workplace.tracker(["init"]).status == .exited(0))
    let file = try PlainConnection(path: workplace.path("tracker.db"))
    for (_, _, bytes, hash) in Self.tensors {
      try file.execute(
        "INSERT INTO blobs (hash, data, byte_count) VALUES ('\(hash)', x'\(bytes)', \(bytes.count / 2))"
      )
    }
    for run in 1...2 {
      try file.execute(
        """
        INSERT INTO runs (id, name, status, ended_at) VALUES (\(run), 'r', 'finished', 1);
        INSERT INTO snapshots (id, run_id, epoch, step) VALUES (\(run), \(run), 1, 1)
        """)
      for (type, _, _, hash) in Self.tensors {
        try file.execute(
          """
          INSERT INTO tensors (snapshot_id, name, shape, dtype, blob_hash)
          VALUES (\(run), '\(type)', '[2]', '\(type)', '\(hash)')
          """)
      }
    }
    return workplace
  }

  @Test func weightsAreExportedAsTheyAre() async throws {
    let workplace = try await workplace()
    let outcome = try await workplace.tracker(["export", "weights", "1", "-o", "w.safetensors"])
    try #require(outcome.status == .exited(0), "\(outcome.errors)")
    let file = try Data(contentsOf: workplace.file("w.safetensors"))
    let size = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    struct Entry: Decodable, Equatable {
      let dtype: String
      let shape: [Int]
      let data_offsets: [Int]
    }
    var header = try #require(
      try JSONSerialization.jsonObject(with: file.dropFirst(8).prefix(size)) as? [String: Any])
    header["__metadata__"] = nil
    let entries = try JSONDecoder().decode(
      [String: Entry].self, from: JSONSerialization.data(withJSONObject: header))
    #expect(entries.count == Self.tensors.count)
    let data = Array(file.dropFirst(8 + size))
    for (type, word, bytes, _) in Self.tensors {
      let entry = try #require(entries[type])
      #expect(entry.dtype == word && entry.shape == [2])
      let found = data[entry.data_offsets[0]..<entry.data_offsets[1]]
      #expect(found.map { String(format: "%02x", $0) }.joined() == bytes)
    }
  }

  @Test func commandsTakeSuchRuns() async throws {
    let workplace = try await workplace()
    for command in [["show", "1"], ["list"], ["doctor"], ["report"]] {
      let outcome = try await workplace.tracker(command)
      #expect(outcome.status == .exited(0), "\(command): \(outcome.errors)")
    }
    let comparison = try await workplace.tracker(["compare", "1", "2"])
    #expect(comparison.status == .exited(0), "\(comparison.errors)")
    // The distance of complex numbers is not told; of all others it is.
    for (type, _, _, _) in Self.tensors {
      #expect(comparison.output.contains("\n\(type) ") == (type != "complex64"), "\(type)")
    }
    let verification = try await workplace.tracker(["verify", "1"])
    #expect(!verification.errors.contains("damaged"))
  }

  @Test func aTypeWithoutAWordIsNamed() async throws {
    let workplace = try await workplace()
    try PlainConnection(path: workplace.path("tracker.db")).execute(
      "UPDATE tensors SET dtype = 'of the future' WHERE name = 'uint8'")
    let outcome = try await workplace.tracker(["export", "weights", "1"])
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("\"uint8\"") && outcome.errors.contains("of the future"))
    #expect(outcome.errors.contains("Try: "))
    #expect(try await workplace.tracker(["compare", "1", "2"]).status == .exited(0))
  }
}
