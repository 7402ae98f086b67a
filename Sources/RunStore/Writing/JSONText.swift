import Foundation

/// Writes numbers as JSON arrays without spaces.
enum JSONText {
  /// Such as `[1,3,32,32]`.
  static func array(_ numbers: [Int]) -> String {
    "[" + numbers.map(String.init).joined(separator: ",") + "]"
  }

  /// Such as `[1.0,-1.0]`; JSON has no word for a number that is not finite, so that it becomes `null`.
  static func array(_ numbers: [Double]) -> String {
    "[" + numbers.map { $0.isFinite ? "\($0)" : "null" }.joined(separator: ",") + "]"
  }
}

extension SQLValue {
  /// A JSON array of whole numbers.
  static func json(_ numbers: [Int]) -> SQLValue {
    .text("[" + numbers.map(String.init).joined(separator: ",") + "]")
  }

  /// A JSON array of texts.
  static func json(_ texts: [String]) throws -> SQLValue {
    .text(String(decoding: try JSONEncoder().encode(texts), as: UTF8.self))
  }
}
