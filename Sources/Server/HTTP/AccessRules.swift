import Foundation
import HTTPTypes

/// Who may ask this server anything.
struct AccessRules: Sendable {
  /// The names of this machine, in lower case, by which the server may be called.
  let hosts: Set<String>
  /// What clients must show; nil if they need nothing.
  let token: [UInt8]?

  /// - Parameter address: The address that the server listens on.
  init(address: String, allowedHosts: [String], token: String?) {
    // Who connects to no address in particular comes to this machine, too.
    var hosts: Set<String> = [
      "localhost", "ip6-localhost", "0.0.0.0", "::", ProcessInfo.processInfo.hostName,
    ]
    hosts.formUnion(allowedHosts)
    hosts.insert(address)
    self.hosts = Set(hosts.map { $0.lowercased() })
    self.token = token.map { Array($0.utf8) }
  }

  /// Refuses a request that came by another name, or from a page of another: a name can be made to lead here
  /// by anyone.
  /// - Parameter local: The address of this machine that the connection came to.
  func check(_ head: HTTPRequest, local: String?) throws {
    guard let host = head.authority ?? head.headerFields[Self.hostField], !host.isEmpty else {
      throw Refusal(.badRequest, "The request has no Host header.")
    }
    guard isOwn(Self.name(in: host), local: local) else {
      throw Refusal(
        .permissionDenied,
        "Invalid Host header: this server does not answer to '\(host.prefix(200))'. Start it with"
          + " --allowed-host if that is one of its names.")
    }
    if let origin = head.headerFields[.origin] {
      let name = origin.range(of: "://").map { Self.name(in: String(origin[$0.upperBound...])) }
      guard let name, isOwn(name, local: local) else {
        throw Refusal(
          .permissionDenied, "Cross-origin request from '\(origin.prefix(200))' is blocked.")
      }
    }
  }

  /// Refuses a request without the token.
  func checkToken(_ head: HTTPRequest) throws {
    guard let token else { return }
    guard let given = Self.token(in: head.headerFields[.authorization] ?? ""),
      Self.isEqual(given, token)
    else {
      throw Refusal(
        .unauthenticated,
        "This server needs its token: set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and"
          + " MLFLOW_TRACKING_PASSWORD.")
    }
  }

  private static let hostField = HTTPField.Name("Host") ?? .origin

  private func isOwn(_ name: String, local: String?) -> Bool {
    if hosts.contains(name) || name == local?.lowercased() { return true }
    return Self.isLoopback(name)
  }

  /// Whether an address leads to this machine, whatever the machine.
  static func isLoopback(_ address: String) -> Bool {
    if address == "::1" || address == "localhost" { return true }
    let parts = address.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// The name in `name:port`, in lower case; that of an address of version 6 without its brackets.
  static func name(in authority: String) -> String {
    let text = authority.lowercased()
    if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
      return String(text[text.index(after: text.startIndex)..<end])
    }
    return String(text.prefix { $0 != ":" && $0 != "/" })
  }

  /// What a client shows: a bearer's token, or the password of the basic scheme.
  private static func token(in field: String) -> [UInt8]? {
    let words = field.split(separator: " ", maxSplits: 1)
    guard words.count == 2 else { return nil }
    let content = words[1].trimmingCharacters(in: .whitespaces)
    switch words[0].lowercased() {
    case "bearer": return Array(content.utf8)
    case "basic":
      guard let decoded = Data(base64Encoded: content),
        let colon = decoded.firstIndex(of: UInt8(ascii: ":"))
      else { return nil }
      return Array(decoded[decoded.index(after: colon)...])
    default: return nil
    }
  }

  /// Compares in a time that does not tell how much is right.
  private static func isEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    var difference = UInt(bitPattern: first.count ^ second.count)
    for (index, byte) in second.enumerated() {
      difference |= UInt((index < first.count ? first[index] : ~byte) ^ byte)
    }
    return difference == 0
  }
}
