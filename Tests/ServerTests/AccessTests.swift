import Foundation
import Server
import TestSupport
import Testing

/// Who may ask the server, and what it answers to those who may not.
@Suite struct AccessTests {
  private static let path = "/api/2.0/mlflow/experiments/get?experiment_id=0"

  private static func expect(
    _ status: Int, for fields: String, at path: String = path, of served: ServedFolder
  ) async throws {
    let answer = try await served.send(
      "GET \(path) HTTP/1.1\r\n\(fields)Connection: close\r\n\r\n")
    #expect(answer.status == status, "\(path) \(fields)")
  }

  @Test func otherNamesAndPagesAreRefused() async throws {
    let options = TrackerServer.Options(port: 0, allowedHosts: ["lab.example"])
    try await ServedFolder.whileServing(options) { served in
      for host in [
        "localhost", "127.0.0.1:1", "[::1]:5000", "LAB.example:80", "127.1.2.3", "0.0.0.0:5000",
      ] {
        try await Self.expect(200, for: "Host: \(host)\r\n", of: served)
      }
      for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil", "10.0.0.1"] {
        try await Self.expect(403, for: "Host: \(host)\r\n", of: served)
      }
      for origin in ["https://evil.example", "null", "http://localhost.evil.example"] {
        try await Self.expect(
          403, for: "Host: localhost\r\nOrigin: \(origin)\r\n", of: served)
      }
      try await Self.expect(
        200, for: "Host: localhost\r\nOrigin: http://localhost:3000\r\n", of: served)
    }
  }

  @Test func theTokenIsAskedFor() async throws {
    let options = TrackerServer.Options(port: 0, token: "s3cret")
    try await ServedFolder.whileServing(options) { served in
      let host = "Host: localhost\r\n"
      try await Self.expect(200, for: host, at: "/health", of: served)
      try await Self.expect(401, for: host, at: "/nowhere", of: served)
      let basic = Data("me:s3cret".utf8).base64EncodedString()
      for field in ["Bearer s3cret", "bearer s3cret", "Basic \(basic)"] {
        try await Self.expect(200, for: "\(host)Authorization: \(field)\r\n", of: served)
      }
      for field in ["", "Bearer s3cre", "Bearer s3cret2", "Basic !", "Bearer", "s3cret"] {
        try await Self.expect(401, for: "\(host)Authorization: \(field)\r\n", of: served)
      }
    }
  }

  @Test func aBasePathStandsBeforeAll() async throws {
    let options = TrackerServer.Options(port: 0, basePath: "/lab/x/")
    try await ServedFolder.whileServing(options) { served in
      #expect(served.address.hasSuffix("/lab/x"))
      let host = "Host: localhost\r\n"
      try await Self.expect(200, for: host, at: "/lab/x/health", of: served)
      try await Self.expect(404, for: host, at: "/health", of: served)
      try await Self.expect(200, for: host, at: "/lab/x" + Self.path, of: served)
      // Addresses that end in "/" make such paths.
      try await Self.expect(200, for: host, at: "/lab/x//" + Self.path, of: served)
      try await Self.expect(200, for: host, at: "//lab/x" + Self.path, of: served)
    }
  }
}
