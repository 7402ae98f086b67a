import Foundation

/// Numbers as text, exact for machines and rounded for people.
enum NumberText {
  /// The shortest decimal that reads back as the same number; `nan`, `inf` and `-inf`.
  static func exact(_ number: Double) -> String {
    number.isNaN ? "nan" : number.description
  }

  /// How many significant digits people are shown.
  static let digits = 6

  /// At least six significant digits and no more than needed: whole digits up to 10¹⁵, powers of ten
  /// beyond, no trailing zeros; `nan`, `inf` and `-inf`.
  static func rounded(_ number: Double) -> String { rounded(number, digits: digits) }

  /// The same of fewer digits; those before the point stay.
  /// - Parameter digits: At most six.
  static func rounded(_ number: Double, digits: Int) -> String {
    guard number.isFinite else { return exact(number) }
    let magnitude = number.magnitude
    if magnitude >= 999_999.5 && magnitude < 1e15 {
      return String(Int64(number.rounded(.toNearestOrEven)))
    }
    var digits = digits
    // No power of ten in place of digits before the point.
    while digits < Self.digits, magnitude >= pow(10, Double(digits)) - 0.5 { digits += 1 }
    // The digits, sign, point and exponent. A format takes several times as long, which long tables show.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      return String(cString: gcvt(number, Int32(digits), start))
    }
  }

  /// The fewest digits, four at least, with which numbers that differ still do.
  static func fewestDigits(_ numbers: [Double]) -> Int {
    func different(_ digits: Int) -> Int { Set(numbers.map { rounded($0, digits: digits) }).count }
    let all = different(digits)
    return (4..<digits).first { different($0) == all } ?? digits
  }
}
