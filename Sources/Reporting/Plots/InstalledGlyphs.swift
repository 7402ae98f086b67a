import Foundation
import Subprocess

/// Which characters the fonts of this machine have.
///
/// For a character that none has, pango draws a box with its number; in the sizes that gnuplot's cairo
/// terminals use, it covers the picture.
struct InstalledGlyphs {
  private let ranges: [ClosedRange<UInt32>]

  /// What fonts have everywhere: Latin, Greek and Cyrillic letters and usual signs.
  static let usual = InstalledGlyphs(ranges: [
    0x20...0x7E, 0xA0...0x24F, 0x386...0x38A, 0x38C...0x38C, 0x38E...0x3A1, 0x3A3...0x3CE,
    0x400...0x45F, 0x2010...0x2027, 0x2030...0x203A, 0x2070...0x208E, 0x20AC...0x20AC,
    0x2190...0x2195, 0x2200...0x2265,
  ])

  private init(ranges: [ClosedRange<UInt32>]) { self.ranges = ranges }

  /// - Parameter list: One line a font: its format, and its characters as hexadecimal numbers and ranges
  ///   of them, as `fc-list --format` writes it.
  init(list: String) {
    ranges = Set(list.split(separator: "\n")).flatMap { line in
      // Pango draws no Type 1 fonts.
      line.hasPrefix("Type 1") ? [] : line.split(separator: " ").compactMap(Self.range)
    }
  }

  private static func range(_ text: Substring) -> ClosedRange<UInt32>? {
    let ends = text.split(separator: "-").map { UInt32($0, radix: 16) }
    guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
      return nil
    }
    return first...last
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    ranges.contains { $0.contains(scalar.value) }
  }

  /// `text` with `?` for what no font of this machine has.
  static func replacingMissing(in text: String) async -> String {
    guard !text.unicodeScalars.allSatisfy(isPlain) else { return text }
    // Without the program that lists fonts, only the usual is sure to be there.
    let result = try? await Subprocess.run(
      .name("fc-list"), arguments: ["--format", "%{fontformat} %{charset}\n"],
      output: .string(limit: 16 << 20), error: .discarded)
    guard let list = result?.standardOutput else { return usual.replacingMissing(in: text) }
    return InstalledGlyphs(list: list).replacingMissing(in: text)
  }

  func replacingMissing(in text: String) -> String {
    var known: [Unicode.Scalar: Bool] = [:]
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if Self.isPlain(scalar) {
        result.append(scalar)
        continue
      }
      let isThere = known[scalar] ?? contains(scalar)
      known[scalar] = isThere
      if isThere {
        result.append(scalar)
      } else if !scalar.properties.isDefaultIgnorableCodePoint {
        result.append("?")
      }
    }
    return String(result)
  }

  /// ASCII and the ends of lines, which need no font to be looked up.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x80 }
}
