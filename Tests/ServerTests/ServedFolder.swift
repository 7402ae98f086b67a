import Foundation
import Logging
import RunStore
import Server
import TestSupport
import Testing

/// A server of a fresh file, for one test.
struct ServedFolder {
  let folder: TemporaryFolder
  /// Such as `http://127.0.0.1:40123`.
  let address: String
  let port: Int

  var database: RunDatabase { get throws { try RunDatabase(readingFrom: folder.path("runs.db")) } }

  /// Runs `body` beside a server, which ends with it.
  static func whileServing(
    _ options: TrackerServer.Options = .init(port: 0), in folder: TemporaryFolder? = nil,
    _ body: @escaping @Sendable (ServedFolder) async throws -> Void
  ) async throws {
    let folder = try folder ?? TemporaryFolder()
    var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    logger.logLevel = .critical
    let server = TrackerServer(path: folder.path("runs.db"), options: options, logger: logger)
    let (addresses, started) = AsyncStream.makeStream(of: String.self)
    let (ends, ending) = AsyncStream.makeStream(of: Void.self)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { started.finish() }
        try await server.run { address, _ in
          started.yield(address)
        } until: {
          for await _ in ends {}
        }
      }
      tasks.addTask {
        defer { ending.finish() }
        var address: String?
        for await next in addresses {
          address = next
          break
        }
        guard let address,
          let port = address.split(separator: ":").last.flatMap({ Int($0.prefix { $0 != "/" }) })
        else { return }
        try await body(ServedFolder(folder: folder, address: address, port: port))
      }
      try await tasks.waitForAll()
    }
  }

  /// Posts JSON to the API.
  @discardableResult
  func post(_ path: String, _ json: String, method: String = "POST") async throws -> Exchange {
    try await send(
      """
      \(method) /api/2.0/mlflow/\(path) HTTP/1.1\r
      Host: localhost:\(port)\r
      Content-Type: application/json\r
      Content-Length: \(json.utf8.count)\r
      Connection: close\r
      \r
      \(json)
      """)
  }

  /// Asks the API.
  func get(_ path: String, fields: String = "") async throws -> Exchange {
    try await send(
      "GET \(path) HTTP/1.1\r\nHost: localhost:\(port)\r\n\(fields)Connection: close\r\n\r\n")
  }

  /// Sends bytes as they are, and reads until the server closes the connection.
  func send(_ text: String) async throws -> Exchange {
    try await send(Array(text.utf8))
  }

  /// - Parameter isWhole: Whether nothing more comes, which the server sees.
  func send(_ bytes: [UInt8], isWhole: Bool = true) async throws -> Exchange {
    let port = port
    return try await withCheckedThrowingContinuation { continuation in
      // A thread of its own: whoever waits for a server must not keep it from working.
      Thread.detachNewThread {
        continuation.resume(with: Result { try Exchange.over(port: port, bytes, isWhole: isWhole) })
      }
    }
  }

  /// Makes a logged model.
  /// - Returns: Its id.
  func makeModel() async throws -> String {
    let answer = try await post("logged-models", #"{"experiment_id":"0","name":"m"}"#).body
    let start = try #require(answer.range(of: #""model_id":""#)).upperBound
    return String(answer[start...].prefix { $0 != "\"" })
  }

  /// Makes a run.
  /// - Returns: Its id.
  func makeRun(_ json: String = #"{"experiment_id":"0","start_time":1}"#) async throws -> String {
    let answer = try await post("runs/create", json).body
    let rest = try #require(answer.range(of: #""run_id":""#)).upperBound
    return String(answer[rest...].prefix { $0 != "\"" })
  }
}

/// What a server has answered.
struct Exchange: Sendable {
  let status: Int
  let head: String
  let bytes: [UInt8]
  var body: String { String(decoding: bytes, as: UTF8.self) }

  static func over(port: Int, _ bytes: [UInt8], isWhole: Bool = true) throws -> Exchange {
    let socket = try connect(port: port)
    defer { close(socket) }
    var place = 0
    while place < bytes.count {
      let count = bytes[place...].withUnsafeBytes {
        send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { break }
      place += count
    }
    if isWhole { shutdown(socket, Int32(SHUT_WR)) }
    return Exchange(readAll(socket))
  }

  static func connect(port: Int) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    var patience = timeval(tv_sec: 600, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    return descriptor
  }

  static func readAll(_ socket: Int32) -> [UInt8] {
    var answer: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 65_536)
    while case let count = recv(socket, &room, room.count, 0), count > 0 {
      answer += room[..<count]
    }
    return answer
  }

  /// The last answer in what came; one of status 100 may stand before it.
  init(_ answer: [UInt8]) {
    var rest = answer[...]
    var head = ""
    repeat {
      let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) ?? rest.endIndex..<rest.endIndex
      head = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
      rest = rest[end.upperBound...]
    } while head.hasPrefix("HTTP/1.1 100")
    self.head = head
    status = Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
    bytes = Array(rest)
  }
}
