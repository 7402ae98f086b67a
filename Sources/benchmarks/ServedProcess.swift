import Foundation

/// A server in a process of its own.
struct ServedProcess: Sendable {
  let port: Int
  private let identifier: Int32

  /// Runs `body` beside a server, which is ended then, with all that it has started; also when this program is
  /// asked to end.
  /// - Parameter port: The port it listens on; nil if it prints its address.
  static func whileRunning<Value>(
    _ program: String, _ arguments: [String], folder: URL, port: Int? = nil,
    _ body: (ServedProcess) throws -> Value
  ) throws -> Value {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let pipe = port == nil ? Pipe() : nil
    // What nobody reads would stop it, once the pipe is full.
    process.standardOutput = pipe ?? FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    let identifier = process.processIdentifier
    let signals = endOnSignals(identifier)
    defer {
      end(identifier)
      process.waitUntilExit()
      for signal in signals { signal.cancel() }
    }
    var address = ""
    while let pipe, !address.hasSuffix("\n"),
      case let data = pipe.fileHandleForReading.availableData, !data.isEmpty
    {
      address += String(decoding: data, as: UTF8.self)
    }
    let found = address.split(separator: ":").last.flatMap { Int($0.filter(\.isNumber)) }
    guard let port = port ?? found else { throw Failure(message: "\(program) did not start") }
    let server = ServedProcess(port: port, identifier: identifier)
    try server.waitUntilItAnswers(process)
    return try body(server)
  }

  private static func endOnSignals(_ identifier: Int32) -> [any DispatchSourceSignal] {
    [SIGHUP, SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        end(identifier)
        exit(128 + number)
      }
      source.activate()
      return source
    }
  }

  /// Ends a process and those it started, by force those that still run after ten seconds.
  private static func end(_ identifier: Int32) {
    let family = Processes().family(of: identifier)
    for member in family { kill(member.identifier, SIGTERM) }
    for _ in 0..<100 where family.contains(where: \.isRunning) {
      Thread.sleep(forTimeInterval: 0.1)
    }
    for member in family where member.isRunning { kill(member.identifier, SIGKILL) }
  }

  /// A port that nobody listens on.
  static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
      }
    }
    guard result == 0 else { throw Failure(message: "there is no free port") }
    return Int(in_port_t(bigEndian: address.sin_port))
  }

  private func waitUntilItAnswers(_ process: Process) throws {
    for _ in 0..<1_200 where process.isRunning {
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
    let pages = Processes().family(of: identifier).map(\.pages).reduce(0, +)
    return (pages * Int(sysconf(Int32(_SC_PAGESIZE)))) >> 20
  }

  /// The processor time of the process and of those it started.
  var processorSeconds: Double {
    let ticks = Processes().family(of: identifier).map(\.ticks).reduce(0, +)
    return Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  struct Failure: Error {
    let message: String
  }
}

/// The processes of this machine, as `/proc` has them.
private struct Processes {
  struct Member {
    let identifier: Int32
    let parent: Int32
    /// The processor time it used, in ticks.
    let ticks: Int
    /// Its resident memory, in pages.
    let pages: Int

    init?(_ identifier: Int32) {
      guard
        let text = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8),
        // The name before it may hold anything.
        let fields = text.split(separator: ")").last?.split(separator: " "), fields.count > 21,
        let parent = Int32(fields[1]), let user = Int(fields[11]), let system = Int(fields[12]),
        let pages = Int(fields[21]), fields[0] != "Z"
      else { return nil }
      (self.identifier, self.parent, ticks, self.pages) = (identifier, parent, user + system, pages)
    }

    var isRunning: Bool { Member(identifier) != nil }
  }

  private let members: [Int32: Member]

  init() {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    let found = names.compactMap { Int32($0).flatMap(Member.init) }
    members = Dictionary(uniqueKeysWithValues: found.map { ($0.identifier, $0) })
  }

  /// A process and those it started.
  func family(of identifier: Int32) -> [Member] {
    members.values.filter { member in
      var ancestor: Member? = member
      while let found = ancestor, found.identifier != identifier {
        ancestor = members[found.parent]
      }
      return ancestor != nil
    }
  }
}

/// A connection that asks one thing after the other.
final class HTTPClient {
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
    var patience = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
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
      guard count > 0 else {
        throw ServedProcess.Failure(message: "the connection is closed, or silent for two minutes")
      }
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
      guard count > 0 else {
        throw ServedProcess.Failure(message: "the connection is closed, or silent for two minutes")
      }
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
