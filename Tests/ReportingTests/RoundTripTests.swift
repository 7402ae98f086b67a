import Foundation
import Randomness
import Reporting
import RunStore
import Subprocess
import TestSupport
import Testing

@Suite struct RoundTripTests {
  static func isPythonThere() async -> Bool {
    let result = try? await run(.name("python3"), arguments: ["-c", ""], output: .discarded)
    return result?.terminationStatus.isSuccess ?? false
  }

  @Test(.enabled("python3 is missing", isPythonThere), arguments: 1...5)
  func pythonReadsBackWhatWasWritten(seed: UInt64) async throws {
    var generator = SeededGenerator(seed: seed)
    let rows = (0..<200).map { _ in Row(using: &generator) }
    let table = Table(
      columns: ["integer", "real", "text", "text", "blob"], rows: rows.map(\.values))

    let folder = try TemporaryFolder()
    let formats: [TableFormat] = [.csv, .json, .jsonl]
    for format in formats {
      try Data(table.formatted(as: format).utf8).write(
        to: folder.url.appending(path: format.rawValue))
    }
    let script = try #require(
      Bundle.module.path(forResource: "read_back", ofType: "py", inDirectory: "Fixtures"))
    let result = try await run(
      .name("python3"), arguments: Arguments([script] + formats.map { folder.path($0.rawValue) }),
      output: .string(limit: 10_000_000), error: .string(limit: 100_000))

    #expect(result.standardError == "")
    let lines = result.standardOutput.split(separator: "\n").map(String.init)
    try #require(lines.count == formats.count * rows.count)
    for (index, line) in lines.enumerated() {
      let format = formats[index / rows.count]
      #expect(line == rows[index % rows.count].spelling, "row \(index % rows.count) of \(format)")
    }
  }
}

/// A random row, and how `read_back.py` spells it.
private struct Row {
  let integer: Int64
  let real: Double?
  let first: String
  let second: String
  let blob: [UInt8]

  init(using generator: inout SeededGenerator) {
    integer = Int64(bitPattern: generator.next()) >> Int64(generator.nextIndex(below: 64))
    real = Self.real(using: &generator)
    first = Self.text(using: &generator)
    second = Self.text(using: &generator)
    blob = (0..<generator.nextIndex(below: 9)).map { _ in
      UInt8(truncatingIfNeeded: generator.next())
    }
  }

  var values: [SQLValue] {
    [
      .integer(integer), real.map(SQLValue.real) ?? .null, .text(first), .text(second),
      .blob(Data(blob)),
    ]
  }

  var spelling: String {
    let number = real.map { $0.isNaN ? "nan" : hex(bytes(of: $0.bitPattern)) } ?? "null"
    return [String(integer), number, hex(first.utf8), hex(second.utf8), hex(blob)]
      .joined(separator: " ")
  }

  private func bytes(of word: UInt64) -> [UInt8] {
    stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
  }

  private func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func real(using generator: inout SeededGenerator) -> Double? {
    let special: [Double?] = [
      nil, .nan, .infinity, -.infinity, -0.0, 0, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
      0.1,
    ]
    let choice = generator.nextIndex(below: special.count * 2)
    return choice < special.count ? special[choice] : Double(bitPattern: generator.next())
  }

  private static func text(using generator: inout SeededGenerator) -> String {
    let special =
      "\",\n\r\t\0\\'&<>{}$%#_^~|`*[];=@+- \u{FEFF}\u{2028}\u{301}\u{202E}日🎉é\u{7F}\u{85}"
      .unicodeScalars.map { $0 }
    var text = String.UnicodeScalarView()
    for _ in 0..<generator.nextIndex(below: 12) {
      let anything = Unicode.Scalar(UInt32(generator.nextIndex(below: 0x11_0000)))
      if generator.nextIndex(below: 3) == 0, let anything {
        text.append(anything)
      } else {
        text.append(special[generator.nextIndex(below: special.count)])
      }
    }
    return String(text)
  }
}
