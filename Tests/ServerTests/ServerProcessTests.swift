import Foundation
import RunStore
import Subprocess
import Synchronization
import TestSupport
import Testing

/// The server as a process of its own: how it ends, and what is there then.
@Suite struct ServerProcessTests {
  @Test(arguments: [SIGKILL, SIGTERM])
  func everythingThatWasAnsweredIsThere(signal: Int32) async throws {
    let folder = try TemporaryFolder()
    let clients = TestScope.isFull ? 64 : 8
    let answers = TestScope.isFull ? 20_000 : 400
    let answered = Answered()
    let status = try await Self.whileServing(folder) { port, process in
      let run = try await ServedFolder(folder: folder, address: "", port: port).makeRun()
      for client in 0..<clients {
        Thread.detachNewThread { Self.log(run, client: client, port: port, answered) }
      }
      try await wait { answered.count >= answers }
      kill(process, signal)
    }
    #expect(status == (signal == SIGKILL ? .signaled(SIGKILL) : .exited(128 + SIGTERM)))
    try await wait { answered.isEnded(clients) }
    let file = try PlainConnection(path: folder.path("runs.db"))
    let rows = try file.textRows(
      "SELECT series.name || ' ' || point.step FROM metric_series AS series JOIN metric_points AS point ON point.series_id = series.id"
    )
    let missing = answered.all.subtracting(rows.map { $0[0] })
    #expect(missing.isEmpty)
    let database = try RunDatabase(writingTo: folder.path("runs.db"))
    #expect(try database.examine(seenFrom: .current(), at: Date()).isEmpty)
  }

  @Test func othersAreNotLetInWithoutAToken() async throws {
    let folder = try TemporaryFolder()
    let result = try await Subprocess.run(
      .path(.init(Self.program)), arguments: ["serve", "--host", "0.0.0.0", "--port", "0"],
      workingDirectory: .init(folder.url.path), output: .string(limit: 1_000),
      error: .string(limit: 10_000))
    #expect(result.terminationStatus == .exited(1))
    #expect(
      result.standardError.contains(
        "Try: write a secret into a file and name it with --token-file FILE"))
  }

  @Test(arguments: [
    (["--token-file", "none"], "The token file 'none' is not there, or cannot be read."),
    (["--token-file", "."], "The token file '.' is not there, or cannot be read."),
    (["--token-file", "empty"], "The file 'empty' holds no token"),
    (["--host", "no.invalid", "--token-file", "token"], "listen on 'no.invalid': no address"),
  ])
  func whatKeepsTheServerFromServingIsNamed(_ words: [String], _ message: String) async throws {
    let folder = try TemporaryFolder()
    try Data().write(to: folder.url.appendingPathComponent("empty"))
    try Data("s3cret\n".utf8).write(to: folder.url.appendingPathComponent("token"))
    let result = try await Subprocess.run(
      .path(.init(Self.program)), arguments: Arguments(["serve", "--port", "0"] + words),
      workingDirectory: .init(folder.url.path), output: .string(limit: 1_000),
      error: .string(limit: 10_000))
    #expect(result.terminationStatus == .exited(1))
    #expect(result.standardError.contains(message), "\(result.standardError)")
  }

  @Test func aPortThatIsTakenHasAMessage() async throws {
    let folder = try TemporaryFolder()
    _ = try await Self.whileServing(folder) { port, process in
      let result = try await Subprocess.run(
        .path(.init(Self.program)), arguments: ["serve", "--port", "\(port)", "--db", "other.db"],
        workingDirectory: .init(folder.url.path), output: .string(limit: 1_000),
        error: .string(limit: 10_000))
      #expect(result.terminationStatus == .exited(1))
      #expect(result.standardError.contains("The server cannot listen on 127.0.0.1, port \(port)"))
      kill(process, SIGTERM)
    }
  }

  private static let program = Bundle.main.bundleURL.appendingPathComponent("tracker").path

  private static func whileServing(
    _ folder: TemporaryFolder,
    _ body: @escaping (_ port: Int, _ process: pid_t) async throws -> Void
  ) async throws -> TerminationStatus {
    let output = folder.path("address.txt")
    let result = try await Subprocess.run(
      .name("sh"),
      arguments: ["-c", "exec '\(program)' serve --port 0 --db runs.db > '\(output)'"],
      environment: .inherit.updating(["TRACKER_DB": nil]),
      workingDirectory: .init(folder.url.path), input: .none, output: .discarded,
      error: .string(limit: 1 << 20)
    ) { execution in
      var address = ""
      try await wait {
        address = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        return address.hasSuffix("\n")
      }
      let port = address.split(separator: ":").last.flatMap { Int($0.filter(\.isNumber)) }
      try await body(try #require(port), execution.processIdentifier.value)
    }
    return result.terminationStatus
  }

  /// Logs point after point until the server is gone.
  private static func log(_ run: String, client: Int, port: Int, _ answered: Answered) {
    defer { answered.end() }
    for step in 0... {
      let json =
        #"{"run_id":"\#(run)","key":"m\#(client)","value":1,"timestamp":1,"step":\#(step)}"#
      let request =
        "POST /api/2.0/mlflow/runs/log-metric HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n\r\n\(json)"
      guard let answer = try? Exchange.over(port: port, Array(request.utf8)), answer.status == 200
      else { return }
      answered.add("m\(client) \(step)")
    }
  }

  /// The points that were answered, from all threads.
  private final class Answered: Sendable {
    private let state = Mutex<(points: Set<String>, ended: Int)>(([], 0))
    var count: Int { state.withLock { $0.points.count } }
    var all: Set<String> { state.withLock { $0.points } }
    func add(_ point: String) { state.withLock { _ = $0.points.insert(point) } }
    func end() { state.withLock { $0.ended += 1 } }
    func isEnded(_ count: Int) -> Bool { state.withLock { $0.ended == count } }
  }
}
