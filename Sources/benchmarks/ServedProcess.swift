import Foundation

/// A server in a process of its own.
struct ServedProcess: Sendable {
  let port: Int
  private let identifier: Int32

  /// Runs `body` beside a server, which is ended then.
  /// - Parameter port: The port it listens on; nil if it prints its address.
  static func whileRunning<Value>(
    _ program: String, _ arguments: [String], folder: URL, port: Int? = nil,
    _ body: (ServedProcess) throws -> Value
  ) throws -> Value {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      process.terminate()
      process.waitUntilExit()
    }
    var address = ""
    if port == nil {
      while !address.hasSuffix("\n"), case let data = pipe.fileHandleForReading.availableData,
        !data.isEmpty
      {
        address += String(decoding: data, as: UTF8.self)
      }
    }
    let found = address.split(separator: ":").last.flatMap { Int($0.filter(\.isNumber)) }
    guard let port = port ?? found else { throw Failure(message: "\(program) did not start") }
    let server = ServedProcess(port: port, identifier: process.processIdentifier)
    try server.waitUntilItAnswers()
    return try body(server)
  }

  private func waitUntilItAnswers() throws {
    for _ in 0..<600 {
      if let client = try? HTTPClient(port: port), (try? client.get("/health")) != nil { return }
      Thread.sleep(forTimeInterval: 0.1)
    }
    throw Failure(message: "nothing answers at port \(port)")
  }

  /// Makes a run, and returns its id.
  func makeRun(in experiment: String = "0", by client: HTTPClient? = nil) throws -> String {
    let client = try client ?? HTTPClient(port: port)
    return try client.post(
      "runs/create",
      #"{"experiment_id":"\#(experiment)","start_time":1700000000000,"run_name":"benchmark"}"#
    ).value(of: "run_id")
  }

  /// What the process and those it started have in memory.
  var residentMegabytes: Int {
    let folder = "/proc"
    let identifiers = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var parents: [Int32: Int32] = [:]
    var pages: [Int32: Int] = [:]
    for identifier in identifiers.compactMap({ Int32($0) }) {
      guard let text = try? String(contentsOfFile: "\(folder)/\(identifier)/stat", encoding: .utf8),
        let rest = text.split(separator: ")").last?.split(separator: " "), rest.count > 21
      else { continue }
      parents[identifier] = Int32(rest[1])
      pages[identifier] = Int(rest[21])
    }
    func isOurs(_ process: Int32) -> Bool {
      process == identifier || (parents[process].map { $0 > 1 && isOurs($0) } ?? false)
    }
    let size = Int(sysconf(Int32(_SC_PAGESIZE)))
    return (pages.filter { isOurs($0.key) }.values.reduce(0, +) * size) >> 20
  }

  struct Failure: Error {
    let message: String
  }
}

/// A connection that asks one thing after the other.
final class HTTPClient: @unchecked Sendable {
  // Each belongs to one thread.
  private let socket: Int32
  private let port: Int
  private var ahead: [UInt8] = []

  init(port: Int) throws {
    self.port = port
    socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else {
      close(socket)
      throw ServedProcess.Failure(message: "nobody listens at port \(port)")
    }
    var yes: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(socket) }

  @discardableResult
  func post(_ path: String, _ json: String) throws -> Answer {
    try ask(
      "POST /api/2.0/mlflow/\(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n\r\n\(json)"
    )
  }

  @discardableResult
  func get(_ path: String) throws -> Answer {
    try ask("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
  }

  private func ask(_ text: String) throws -> Answer {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw ServedProcess.Failure(message: "the connection is closed") }
      bytes = bytes.dropFirst(count)
    }
    var received = ahead
    var head: String?
    var start = 0
    var length = 0
    while true {
      if head == nil, let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
        let text = String(decoding: received[..<end.lowerBound], as: UTF8.self)
        head = text
        start = end.upperBound
        for line in text.split(separator: "\r\n")
        where line.lowercased().hasPrefix("content-length:") {
          length = Int(line.split(separator: ":")[1].trimmingCharacters(in: .whitespaces)) ?? 0
        }
      }
      if head != nil, received.count >= start + length { break }
      var room = [UInt8](repeating: 0, count: 1 << 18)
      let count = recv(socket, &room, room.count, 0)
      guard count > 0 else { throw ServedProcess.Failure(message: "the connection is closed") }
      received += room[..<count]
    }
    ahead = Array(received[(start + length)...])
    let answer = Answer(body: String(decoding: received[start..<start + length], as: UTF8.self))
    guard head?.hasPrefix("HTTP/1.1 200") == true else {
      throw ServedProcess.Failure(message: "\(head ?? "") \(answer.body.prefix(300))")
    }
    return answer
  }

  struct Answer {
    let body: String

    /// The text of the first member of this name.
    func value(of name: String) throws -> String {
      guard let start = body.range(of: "\"\(name)\":")?.upperBound,
        let open = body[start...].firstIndex(of: "\"")
      else { throw ServedProcess.Failure(message: "there is no \(name) in \(body.prefix(300))") }
      return String(body[body.index(after: open)...].prefix { $0 != "\"" })
    }
  }
}
