import Foundation

/// What a request names: the parts of its path, and what its query says.
struct RequestTarget {
  /// The parts of the path, decoded.
  let parts: [String]
  let query: [String: [String]]

  /// - Parameter text: The path as it was sent, with its query.
  init(_ text: String) throws {
    let pieces = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = pieces.first ?? ""
    guard path.hasPrefix("/") else { throw Refusal(.badRequest, "The path is no path.") }
    // An address that ends in "/" makes a path that begins with two.
    parts = try path.drop { $0 == "/" }.split(separator: "/", omittingEmptySubsequences: false).map
    {
      try Self.decoded($0, plusIsBlank: false)
    }
    var query: [String: [String]] = [:]
    for pair in (pieces.count > 1 ? pieces[1] : "").split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Self.decoded(sides[0], plusIsBlank: true)
      let value = sides.count > 1 ? try Self.decoded(sides[1], plusIsBlank: true) : ""
      query[name, default: []].append(value)
    }
    self.query = query
  }

  /// The parts without those of `base`, if they begin with them.
  func parts(below base: [String]) -> [String]? {
    guard parts.starts(with: base) else { return nil }
    return Array(parts.dropFirst(base.count).drop { $0.isEmpty })
  }

  private static func decoded(_ text: Substring, plusIsBlank: Bool) throws -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+") where plusIsBlank: bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard rest.count >= 2,
          let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        else { throw Refusal(.badRequest, "The path or query has a '%' that means nothing.") }
        rest = rest.dropFirst(2)
        bytes.append(value)
      default: bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw Refusal(.badRequest, "The path or query is not UTF-8.")
    }
    return decoded
  }
}
