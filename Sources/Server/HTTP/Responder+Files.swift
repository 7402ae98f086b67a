import Foundation
import GRDB
import HTTPTypes
import HummingbirdCore
import NIOCore
import RunStore

/// Files, which may be larger than the memory: they come and go by pieces.
extension Responder {
  /// Takes a file in, by pieces.
  func receive(
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
        guard count <= early.sizes.upperBound else {
          throw Refusal.invalid(
            "Artifact size is too large. It has at most \(early.sizes.upperBound) bytes here.")
        }
        upload.take(Data(piece.readableBytesView))
        if upload.isToBeStored {
          try await file.write { db in try upload.store(in: db) }
          try await file.tidy { _ in try upload.pause() }
        }
      }
      try Self.checkWhole(count, of: request)
      guard count >= early.sizes.lowerBound else {
        throw Refusal.invalid("Request must specify data.")
      }
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

  /// The answer that is a file, or the part of it that a range names.
  static func reply(sending file: StoredFile, range: String?) -> Reply {
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

  /// The most bytes that are read at once.
  private static let pieceSize = 1 << 20

  /// Sends a file by pieces. What is gone meanwhile ends the connection: the client has been told how much comes.
  func send(
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
