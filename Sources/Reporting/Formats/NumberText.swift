import Foundation

/// Numbers as text, exact for machines and rounded for people.
enum NumberText {
  /// The shortest decimal that reads back as the same number; `nan`, `inf` and `-inf`.
  static func exact(_ number: Double) -> String {
    number.isNaN ? "nan" : number.description
  }

  /// At least six significant digits and no more than needed: whole digits up to 10¹⁵, powers of ten
  /// beyond, no trailing zeros; `nan`, `inf` and `-inf`.
  static func rounded(_ number: Double) -> String {
    guard number.isFinite else { return exact(number) }
    let magnitude = number.magnitude
    let isLong = magnitude >= 999_999.5 && magnitude < 1e15
    // `String(format:)` takes several times as long, which long tables show.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      let length = withVaList([number]) {
        vsnprintf(buffer.baseAddress, buffer.count, isLong ? "%.0f" : "%.6g", $0)
      }
      let digits = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<Int(length)])
      return String(decoding: digits, as: UTF8.self)
    }
  }
}
