import Foundation
import GRDB

/// Content that comes piece by piece from someone who may be slow: what has come is stored by the mebibyte,
/// and no lock is held while more is waited for.
///
/// ```swift
/// while let piece = try await next() {
///   upload.take(piece)
///   if upload.isToBeStored {
///     try await writing { db in try upload.store(in: db) }
///     try upload.pause()
///   }
/// }
/// try await writing { db in try use(upload.finish(in: db), in: db) }
/// ```
package final class ContentUpload: @unchecked Sendable {
  // Whoever uploads waits for each step before the next one, on whatever thread that is.
  private let writer: ContentWriter
  private let database: RunDatabase
  private var hash: SHA256? = SHA256()
  private var waiting = Data()
  private var number: Int?
  private var position = 0
  private var byteCount = 0

  /// Prepares to store content in `database`.
  package init(to database: RunDatabase, on machine: Machine, at time: Date) {
    self.database = database
    writer = database.contentWriter(on: machine, at: time)
  }

  /// Whether the content stands in chunks, which others may have stood in before.
  package var isInChunks: Bool { number != nil }

  /// Takes in the next piece.
  package func take(_ piece: Data) {
    hash?.update(piece)
    waiting.append(piece)
    byteCount += piece.count
  }

  /// Whether enough has come for a transaction.
  package var isToBeStored: Bool {
    waiting.count > ContentWriter.chunkSize * ContentWriter.chunksAtOnce
  }

  /// Stores the whole chunks of what has come.
  package func store(in db: Database) throws {
    let count = waiting.count / ContentWriter.chunkSize * ContentWriter.chunkSize
    try append(waiting.prefix(count), in: db)
    waiting = Data(waiting.dropFirst(count))
  }

  /// Comes after each transaction of `store`: others who write do not wait for what it wrote.
  package func pause() throws { try writer.pacing.pause() }

  /// Names what has come by its hash; belongs in the transaction of the row that uses it.
  package func finish(in db: Database) throws -> (hash: String, byteCount: Int) {
    guard let name = hash.take()?.hexadecimal() else {
      preconditionFailure("The content is finished already.")
    }
    guard number != nil || waiting.count > ContentWriter.chunkSize else {
      return (try db.storeBlob(waiting), byteCount)
    }
    try append(waiting, in: db)
    guard let number else { preconditionFailure("Content in chunks has a number.") }
    let stored = StoredContent(hash: name, byteCount: byteCount, number: number)
    try writer.name(stored, in: db)
    return (name, byteCount)
  }

  /// Removes what was stored of content that has no name.
  package func abandon() throws {
    if let number { try writer.remove(number) }
  }

  private func append(_ bytes: Data, in db: Database) throws {
    guard !bytes.isEmpty else { return }
    let chunks = stride(from: bytes.startIndex, to: bytes.endIndex, by: ContentWriter.chunkSize)
      .map { Data(bytes[$0..<min($0 + ContentWriter.chunkSize, bytes.endIndex)]) }
    number = try writer.append(chunks, at: position, to: number, in: db)
    position += chunks.count
  }
}

extension Database {
  /// Up to `count` bytes of a blob from `offset` on, wherever they stand; nil if it is not there, or lacks
  /// the first of them.
  package func bytes(ofBlob hash: String, from offset: Int, count: Int) throws -> Data? {
    guard try isInChunks(hash) else {
      return try readingValue(ofBlob: hash, from: offset, count: count)
    }
    let size = ContentWriter.chunkSize
    guard let chunk = try chunk(ofBlob: hash, at: offset / size) else { return nil }
    let piece = chunk.dropFirst(offset % size).prefix(count)
    return piece.isEmpty ? nil : Data(piece)
  }
}
