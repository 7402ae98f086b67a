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
    if digits == Self.digits, let text = plain(number) { return text }
    // The digits, sign, point and exponent. A format takes several times as long, which long tables show.
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      return String(cString: gcvt(number, Int32(digits), start))
    }
  }

  private static let powersOfTen: [Double] = (0...9).map { pow(10, Double($0)) }

  /// Six significant digits of a number without an exponent, in a fifth of the time; nil where the last one
  /// may be rounded either way, because what it is scaled by adds an error, and for numbers out of range.
  private static func plain(_ number: Double) -> String? {
    let magnitude = number.magnitude
    guard magnitude >= 1e-4, magnitude < 999_999.5,
      var decimals = powersOfTen.firstIndex(where: { magnitude * $0 >= 100_000 })
    else { return nil }
    let scaled = magnitude * powersOfTen[decimals]
    let whole = scaled.rounded(.down)
    guard abs(scaled - whole - 0.5) > 1e-6 else { return nil }
    var digits = Int(scaled - whole > 0.5 ? whole + 1 : whole)
    while decimals > 0, digits.isMultiple(of: 10) {
      (digits, decimals) = (digits / 10, decimals - 1)
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16) { text in
      var start = text.count
      func put(_ byte: UInt8) {
        start -= 1
        text[start] = byte
      }
      var isBeforePoint = decimals == 0
      while digits > 0 || decimals >= 0 {
        put(UInt8(ascii: "0") + UInt8(digits % 10))
        (digits, decimals) = (digits / 10, decimals - 1)
        if decimals == 0, !isBeforePoint {
          put(UInt8(ascii: "."))
          isBeforePoint = true
        }
      }
      if number < 0 { put(UInt8(ascii: "-")) }
      return String(decoding: UnsafeBufferPointer(rebasing: text[start...]), as: UTF8.self)
    }
  }

  /// The fewest digits, four at least, with which numbers that differ still do.
  static func fewestDigits(_ numbers: [Double]) -> Int {
    func different(_ digits: Int) -> Int { Set(numbers.map { rounded($0, digits: digits) }).count }
    let all = different(digits)
    return (4..<digits).first { different($0) == all } ?? digits
  }
}
