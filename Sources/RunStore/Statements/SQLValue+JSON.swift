import Foundation

/// Lists as the file keeps them: JSON arrays without spaces.
extension SQLValue {
  /// Such as `[1,3,32,32]`.
  static func json(_ numbers: [Int]) -> SQLValue { array(numbers.map(String.init)) }

  /// Such as `[1.0,-1.0]`; JSON has no word for a number that is not finite, so that it becomes `null`.
  static func json(_ numbers: [Double]) -> SQLValue {
    array(numbers.map { $0.isFinite ? "\($0)" : "null" })
  }

  /// Such as `["a","b"]`.
  static func json(_ texts: [String]) throws -> SQLValue {
    .text(String(decoding: try JSONEncoder().encode(texts), as: UTF8.self))
  }

  private static func array(_ elements: [String]) -> SQLValue {
    .text("[" + elements.joined(separator: ",") + "]")
  }
}
