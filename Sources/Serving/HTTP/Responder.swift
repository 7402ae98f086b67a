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
      throw Self.unknown(request)
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
      let message = method == "GET" ? query : try await self.message(of: request)
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

  private static func unknown(_ request: Request) -> Refusal {
    Refusal(
      .endpointNotFound,
      "There is no \(request.method.rawValue) \((request.head.path ?? "").prefix(400)) here.")
  }

  private func call(_ db: Database, _ message: Message, _ parts: [String]) -> Call {
    Call(db: db, message: message, parts: parts, now: Date(), server: facts)
  }

  private func tidy() async throws {
    try await file.tidy { database in
      try database.removeUnnamedContent(seenFrom: facts.machine, at: Date())
    }
  }

  // MARK: What is received

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
      throw Refusal(
        .badRequest,
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
  private static func checkWhole(_ count: Int, of request: Request) throws {
    if let length = length(of: request), count != length {
      throw Refusal(.badRequest, "The body of the request is cut off.")
    }
  }

  private func receive(
    _ request: Request, _ query: Message, _ open: [String],
    to target: @escaping @Sendable (Call) throws -> ArtifactTarget
  ) async throws {
    let early = try await file.read { db in try target(call(db, query, open)) }
    guard !early.path.isEmpty else { throw Refusal.invalid("An artifact needs a name.") }
    let upload = ContentUpload(to: file.database, on: facts.machine, at: Date())
    do {
      var count = 0
      for try await piece in request.body {
        count += piece.readableBytes
        upload.take(Data(piece.readableBytesView))
        if upload.isToBeStored { try await file.write { db in try upload.store(in: db) } }
      }
      try Self.checkWhole(count, of: request)
      let leavesChunks = try await file.write { db in
        let call = call(db, query, open)
        // The run may have gone while its file came.
        let place = try target(call)
        let stored = try upload.finish(in: db)
        return try call.name(
          place, hash: stored.hash, mediaType: MediaType.stored(place.path))
      }
      if leavesChunks || upload.isInChunks { try await tidy() }
    } catch {
      try await file.tidy { _ in try upload.abandon() }
      throw error
    }
  }

  // MARK: What is sent

  private static func reply(sending file: StoredFile, range: String?) -> Reply {
    let name = file.name.split(separator: "/").last.map(String.init) ?? "artifact"
    let plain = String(
      name.unicodeScalars.map { scalar in
        scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7F && scalar != "\""
          && scalar != "\\"
          ? Character(scalar) : "_"
      })
    let encoded = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? plain
    var reply = Reply(
      fields: [
        .contentType: MediaType.sent(file.name, stored: file.mediaType),
        .contentDisposition: "attachment; filename=\"\(plain)\"; filename*=UTF-8''\(encoded)",
        .acceptRanges: "bytes",
      ], content: .file(file, 0..<file.byteCount))
    switch ByteRange(range, of: file.byteCount) {
    case .whole: break
    case .part(let bytes):
      reply.status = .partialContent
      reply.fields[.contentRange] =
        "bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)/\(file.byteCount)"
      reply.content = .file(file, bytes)
    case .nothing:
      reply.status = .rangeNotSatisfiable
      reply.fields[.contentRange] = "bytes */\(file.byteCount)"
      reply.content = .bytes([])
    }
    return reply
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

  /// The most bytes that are read at once.
  private static let pieceSize = 1 << 20

  /// What is gone meanwhile ends the connection: the client has been told how much comes.
  private func send(
    _ stored: StoredFile, _ range: Range<Int>, to writer: inout any ResponseBodyWriter
  ) async throws {
    var start = 0
    for part in stored.parts {
      let part = (part: part, range: start..<start + part.byteCount)
      start = part.range.upperBound
      let wanted = part.range.clamped(to: range)
      guard !wanted.isEmpty else { continue }
      var place = wanted.lowerBound - part.range.lowerBound
      let end = wanted.upperBound - part.range.lowerBound
      switch part.part {
      case .bytes(let bytes): try await writer.write(ByteBuffer(bytes: bytes[place..<end]))
      case .blob(let hash, _):
        while place < end {
          let (from, count) = (place, min(Self.pieceSize, end - place))
          let piece = try await file.read { db in
            try db.bytes(ofBlob: hash, from: from, count: count)
          }
          guard let piece else {
            throw RunStoreError.corrupt(
              path: file.database.path, detail: "the content \(hash) is missing")
          }
          try await writer.write(ByteBuffer(bytes: piece))
          place += piece.count
        }
      }
    }
  }
}

/// Which bytes of a file are asked for.
enum ByteRange: Equatable {
  case whole
  case part(Range<Int>)
  /// None that are there.
  case nothing

  /// - Parameter field: The header `Range`; of several ranges, and of what it does not say clearly, all is
  ///   sent.
  init(_ field: String?, of count: Int) {
    guard let field, field.hasPrefix("bytes="), !field.contains(",") else {
      self = .whole
      return
    }
    let sides = field.dropFirst(6).split(
      separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2, !sides[0].hasPrefix("+"), !sides[1].hasPrefix("+") else {
      self = .whole
      return
    }
    switch (Int(sides[0]), Int(sides[1])) {
    case (let first?, let last?) where first <= last:
      self = first < count ? .part(first..<min(last, count - 1) + 1) : .nothing
    case (let first?, nil) where sides[1].isEmpty:
      self = first < count ? .part(first..<count) : .nothing
    case (nil, let last?) where sides[0].isEmpty:
      self = last > 0 && count > 0 ? .part(max(0, count - last)..<count) : .nothing
    default: self = .whole
    }
  }
}
