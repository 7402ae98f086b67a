import Foundation
import GRDB
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import RunStore

/// Answers requests, one after the other on each connection.
struct Responder: Sendable {
  let file: ServedFile
  let access: AccessRules
  /// The parts of the path that all requests begin with.
  let base: [String]
  let facts: ServerFacts
  let logger: Logger
  private let routes = RouteTable()

  init(
    file: ServedFile, access: AccessRules, base: [String], facts: ServerFacts, logger: Logger
  ) {
    (self.file, self.access, self.base, self.facts, self.logger) = (
      file, access, base, facts, logger
    )
  }

  /// The most bytes of a body that is a message.
  static let longestMessage = 64 << 20

  /// What a client gets.
  struct Reply: Sendable {
    var status: HTTPResponse.Status = .ok
    var fields: HTTPFields = [:]
    var content: Content = .bytes([])

    enum Content: Sendable {
      case bytes([UInt8])
      /// Some bytes of a file.
      case file(StoredFile, Range<Int>)
    }

    static func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Reply {
      Reply(status: status, fields: [.contentType: "application/json"], content: .bytes(bytes))
    }

    init(_ refusal: Refusal) {
      self = .json(refusal.json, status: .init(code: refusal.code.status))
      if refusal.code == .unauthenticated {
        fields[.wwwAuthenticate] = "Basic realm=\"tracker\", charset=\"UTF-8\""
      }
    }

    init(status: HTTPResponse.Status = .ok, fields: HTTPFields = [:], content: Content) {
      (self.status, self.fields, self.content) = (status, fields, content)
    }

    var byteCount: Int {
      switch content {
      case .bytes(let bytes): bytes.count
      case .file(_, let range): range.count
      }
    }
  }

  /// Answers a request.
  func respond(
    to request: Request, writer: consuming ResponseWriter, channel: any Channel
  ) async throws {
    let start = ContinuousClock.now
    var reply: Reply
    do {
      reply = try await self.reply(to: request, local: channel.localAddress?.ipAddress)
    } catch let refusal as Refusal {
      reply = Reply(refusal)
    } catch let error as RunStoreError {
      logger.error("\(error.localizedDescription)")
      reply = Reply(Refusal(error))
    } catch is CancellationError {
      // The server ends, and has not begun with this.
      reply = Reply(Refusal(.temporarilyUnavailable, "The server is stopping."))
    }
    reply.fields[.contentLength] = String(reply.byteCount)
    reply.fields[Self.sniffing] = "nosniff"
    let status = reply.status.code
    try await send(reply, isHead: request.method == .head, by: writer)
    logger.info(
      "\(request.method.rawValue) \(Self.visible(request.head.path ?? "")) \(status) \(ContinuousClock.now - start)"
    )
  }

  private static let sniffing = HTTPField.Name("X-Content-Type-Options") ?? .accept

  /// A path, such that a terminal obeys none of its characters.
  private static func visible(_ path: String) -> String {
    String(
      path.unicodeScalars.prefix(500).map { scalar in
        (0x21...0x7E).contains(scalar.value) ? Character(scalar) : "?"
      })
  }

  private func reply(to request: Request, local: String?) async throws -> Reply {
    let target = try RequestTarget(request.head.path ?? "")
    guard let parts = target.parts(below: base) else { throw Self.unknown(request) }
    let method = request.method == .head ? "GET" : request.method.rawValue
    guard let (route, open) = routes.route(method: method, parts: parts) else {
      try access.check(request.head, local: local)
      try access.checkToken(request.head)
      let methods = routes.methods(parts: parts)
      guard !methods.isEmpty else { throw Self.unknown(request) }
      return Self.reply(to: method, ofPathThatKnows: methods)
    }
    // Whether the server is there may be asked by anyone.
    if case .saying(let text) = route {
      return Reply(
        fields: [.contentType: "text/plain; charset=utf-8"], content: .bytes(Array(text.utf8)))
    }
    try access.check(request.head, local: local)
    try access.checkToken(request.head)
    let query = Message(query: target.query)
    switch route {
    case .saying(let text): return Reply(content: .bytes(Array(text.utf8)))
    case .reading(let body):
      // A question without parameters may have them in a body.
      let isInBody = method != "GET" || target.query.isEmpty && Self.length(of: request) ?? 0 > 0
      let message = isInBody ? try await self.message(of: request) : query
      return .json(try await file.read { db in try body(call(db, message, open)) })
    case .writing(let body):
      let message = try await self.message(of: request)
      return .json(try await file.write { db in try body(call(db, message, open)) })
    case .sending(let body):
      let found = try await file.read { db in try body(call(db, query, open)) }
      return Self.reply(sending: found, range: request.headers[.range])
    case .receiving(let body):
      try await receive(request, query, open, to: body)
      return .json(Call.nothing)
    case .removing(let body):
      let leavesChunks = try await file.write { db in
        let call = call(db, query, open)
        return try call.removeArtifacts(body(call))
      }
      if leavesChunks { try await tidy() }
      return .json(Call.nothing)
    }
  }

  private static func reply(to method: String, ofPathThatKnows methods: [String]) -> Reply {
    let names = methods.joined(separator: ", ")
    var reply = Reply(content: .bytes([]))
    if method != "OPTIONS" {
      reply = Reply(Refusal(.badRequest, "There is no \(method) here, but \(names)."))
      reply.status = .methodNotAllowed
    }
    reply.fields[.allow] = names
    return reply
  }

  private static func unknown(_ request: Request) -> Refusal {
    Refusal(
      .endpointNotFound,
      "There is no \(request.method.rawValue) \((request.head.path ?? "").prefix(400)) here.")
  }

  func call(_ db: Database, _ message: Message, _ parts: [String]) -> Call {
    Call(db: db, message: message, parts: parts, now: Date(), server: facts)
  }

  func tidy() async throws {
    try await file.tidy { database in
      try database.removeUnnamedContent(seenFrom: facts.machine, at: Date())
    }
  }

  private func message(of request: Request) async throws -> Message {
    let type = request.headers[.contentType]?.split(separator: ";").first ?? ""
    let isJSON = type.trimmingCharacters(in: .whitespaces).lowercased() == "application/json"
    var body: [UInt8] = []
    if let length = Self.length(of: request) {
      guard length <= Self.longestMessage else { throw Self.tooLong }
      body.reserveCapacity(length)
    }
    for try await piece in request.body {
      guard body.count + piece.readableBytes <= Self.longestMessage else { throw Self.tooLong }
      body.append(contentsOf: piece.readableBytesView)
    }
    try Self.checkWhole(body.count, of: request)
    guard isJSON || body.isEmpty && request.method == .delete else {
      throw Refusal.invalid(
        type.isEmpty
          ? "Bad Request. Content-Type header is missing."
          : "Bad Request. Content-Type must be one of ['application/json'].")
    }
    return try Message(body: body)
  }

  private static let tooLong = Refusal(
    .requestTooLarge, "A message has at most \(longestMessage) bytes.")

  private static func length(of request: Request) -> Int? {
    request.headers[.contentLength].flatMap { Int($0) }
  }

  /// A body that ends early because its connection did is not whole.
  static func checkWhole(_ count: Int, of request: Request) throws {
    if let length = length(of: request), count != length {
      throw Refusal(.badRequest, "The body of the request is cut off.")
    }
  }

  private func send(
    _ reply: Reply, isHead: Bool, by writer: consuming ResponseWriter
  ) async throws {
    let head = HTTPResponse(status: reply.status, headerFields: reply.fields)
    guard !isHead else { return try await writer.writeResponse(head) }
    switch reply.content {
    case .bytes(let bytes):
      try await writer.write(
        response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    case .file(let stored, let range):
      var body: any ResponseBodyWriter = try await writer.writeHead(head)
      try await send(stored, range, to: &body)
      try await body.finish(nil)
    }
  }
}
