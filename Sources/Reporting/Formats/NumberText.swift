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
    if magnitude >= 999_999.5 && magnitude < 1e15 {
      return String(Int64(number.rounded(.toNearestOrEven)))
    }
    // Six digits, sign, point and exponent. A format takes several times as long, which long tables show.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      return String(cString: gcvt(number, 6, start))
    }
  }
}
