import Foundation
import Serving
import TestSupport
import Testing

/// Who may ask the server, and what it answers to those who may not.
@Suite struct AccessTests {
  @Test func otherNamesAndPagesAreRefused() async throws {
    let options = TrackerServer.Options(port: 0, allowedHosts: ["lab.example"])
    try await ServedFolder.whileServing(options) { served in
      func ask(_ fields: String) async throws -> Int {
        try await served.send(
          "GET /api/2.0/mlflow/experiments/get?experiment_id=0 HTTP/1.1\r\n\(fields)Connection: close\r\n\r\n"
        ).status
      }
      for host in ["localhost", "127.0.0.1:1", "[::1]:5000", "LAB.example:80", "127.1.2.3"] {
        #expect(try await ask("Host: \(host)\r\n") == 200, "\(host)")
      }
      for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil", "10.0.0.1"] {
        #expect(try await ask("Host: \(host)\r\n") == 403, "\(host)")
      }
      #expect(try await ask("Host: localhost\r\nOrigin: https://evil.example\r\n") == 403)
      #expect(try await ask("Host: localhost\r\nOrigin: null\r\n") == 403)
      #expect(try await ask("Host: localhost\r\nOrigin: http://localhost:3000\r\n") == 200)
    }
  }

  @Test func theTokenIsAskedFor() async throws {
    let options = TrackerServer.Options(port: 0, token: "s3cret")
    try await ServedFolder.whileServing(options) { served in
      func ask(_ path: String, _ field: String) async throws -> Int {
        try await served.get(path, fields: field).status
      }
      let path = "/api/2.0/mlflow/experiments/get?experiment_id=0"
      #expect(try await ask("/health", "") == 200)
      #expect(try await ask(path, "") == 401)
      #expect(try await ask("/nowhere", "") == 401)
      #expect(try await ask(path, "Authorization: Bearer s3cret\r\n") == 200)
      #expect(try await ask(path, "Authorization: Bearer s3cre\r\n") == 401)
      #expect(try await ask(path, "Authorization: Bearer s3cret2\r\n") == 401)
      let basic = Data("me:s3cret".utf8).base64EncodedString()
      #expect(try await ask(path, "Authorization: Basic \(basic)\r\n") == 200)
      #expect(try await ask(path, "Authorization: Basic !\r\n") == 401)
    }
  }

  @Test func aBasePathStandsBeforeAll() async throws {
    let options = TrackerServer.Options(port: 0, basePath: "/lab/x/")
    try await ServedFolder.whileServing(options) { served in
      #expect(served.address.hasSuffix("/lab/x"))
      #expect(try await served.get("/lab/x/health").body == "OK")
      #expect(try await served.get("/health").status == 404)
    }
  }
}
