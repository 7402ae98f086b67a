import Foundation
import GRDB

/// Content that stands in `blob_chunks`, and that no blob names yet.
struct StoredContent: Sendable {
  /// The hash of the bytes.
  let hash: String
  /// The number of bytes.
  let byteCount: Int
  /// The number under which `blob_chunks` has them.
  let number: Int
}

/// Stores content of any size in chunks, a few to a transaction: other writers hardly wait, the log stays
/// short, and memory holds a few chunks.
///
/// The hash is known at the end, and with it the blob: `name` makes it, in the transaction of the row that
/// uses it. Until then `metadata` says whose chunks these are, so that nobody removes them meanwhile.
struct ContentWriter {
  /// The bytes of a chunk; only the last one has fewer.
  static let chunkSize = 1 << 20
  /// The chunks of a transaction: others may have to wait until the disk has them.
  static let chunksAtOnce = 2

  /// The path that errors name.
  let path: String
  /// Who writes.
  let writer: WritingProcess
  /// Runs its argument as one transaction.
  let transaction: (_ body: (Database) throws -> Void) throws -> Void
  /// Lets others write between the transactions.
  let pacing: WritePacing

  /// Stores all chunks that `next` gives until an empty one; after an error there are none.
  func store(_ next: () throws -> Data) throws -> StoredContent {
    var hash = SHA256()
    var byteCount = 0
    var position = 0
    var number: Int?
    do {
      while case let chunks = try Self.collect(next), !chunks.isEmpty {
        for chunk in chunks {
          hash.update(chunk)
          byteCount += chunk.count
        }
        try transaction { db in
          number = try append(chunks, at: position, to: number, in: db)
        }
        position += chunks.count
        try pacing.pause()
      }
    } catch {
      // The first error matters; what stays behind is removed by prune.
      if let number { try? remove(number) }
      throw error
    }
    guard let number else { preconditionFailure("Content without bytes needs no chunks.") }
    return StoredContent(hash: hash.hexadecimal(), byteCount: byteCount, number: number)
  }

  /// Stores some chunks of content, from `position` on.
  /// - Parameter number: The number of the content; nil for a new one.
  /// - Returns: The number.
  func append(_ chunks: [Data], at position: Int, to number: Int?, in db: Database) throws -> Int {
    let content = try number ?? begin(in: db)
    if position > 0 { try requireChunk(content, position - 1, in: db) }
    for (offset, chunk) in chunks.enumerated() {
      try db.run(
        """
        INSERT INTO blob_chunks (content, position, data)
        VALUES (:content, :position, :data)
        """,
        [
          "content": SQLValue(content), "position": SQLValue(position + offset),
          "data": .blob(chunk),
        ])
    }
    return content
  }

  /// Names stored content; comes in the transaction of what uses it. If the same content is here already,
  /// this one takes its place: its bytes are known to be right.
  func name(_ stored: StoredContent, in db: Database) throws {
    let row = try db.row(
      "SELECT SUM(length(data)) AS bytes FROM blob_chunks WHERE content = :content",
      ["content": SQLValue(stored.number)])
    guard try row?.optionalInteger("bytes") == stored.byteCount else {
      throw RunStoreError.lostContent(path: path)
    }
    try db.run(
      """
      INSERT INTO blobs (hash, data, byte_count, content)
      VALUES (:hash, NULL, :count, :content)
      ON CONFLICT (hash) DO UPDATE
      SET data = NULL, byte_count = excluded.byte_count, content = excluded.content
      """,
      [
        "hash": .text(stored.hash), "count": SQLValue(stored.byteCount),
        "content": SQLValue(stored.number),
      ])
    try db.run(
      "DELETE FROM metadata WHERE name = :name",
      ["name": .text(WritingProcess.name(ofContent: stored.number))])
  }

  /// Removes the chunks of content that no blob names, a few at a time.
  func remove(_ number: Int) throws {
    var isDone = false
    while !isDone {
      try transaction { db in
        isDone = try !WritePacing.takeSteps {
          try db.run(
            """
            DELETE FROM blob_chunks
            WHERE content = :content
              AND position = (SELECT MIN(position) FROM blob_chunks WHERE content = :content)
              AND NOT EXISTS (SELECT 1 FROM blobs WHERE blobs.content = :content)
            """, ["content": SQLValue(number)])
          return db.changesCount > 0
        }
        guard isDone else { return }
        try db.run(
          "DELETE FROM metadata WHERE name = :name",
          ["name": .text(WritingProcess.name(ofContent: number))])
      }
      try pacing.pause()
    }
  }

  /// The next chunks of a transaction; none at the end.
  private static func collect(_ next: () throws -> Data) throws -> [Data] {
    var chunks: [Data] = []
    while chunks.count < chunksAtOnce, case let chunk = try next(), !chunk.isEmpty {
      chunks.append(chunk)
    }
    return chunks
  }

  /// Takes the next number, and says who uses it.
  private func begin(in db: Database) throws -> Int {
    let number = try db.returnedInteger(
      """
      SELECT 1 + MAX(
        COALESCE((SELECT MAX(content) FROM blob_chunks), 0),
        COALESCE((SELECT MAX(content) FROM blobs WHERE content IS NOT NULL), 0))
      """)
    try db.run(
      "INSERT OR REPLACE INTO metadata (name, value) VALUES (:name, :value)",
      [
        "name": .text(WritingProcess.name(ofContent: number)), "value": .text(try writer.json()),
      ])
    return number
  }

  private func requireChunk(_ content: Int, _ position: Int, in db: Database) throws {
    let row = try db.row(
      "SELECT 1 FROM blob_chunks WHERE content = :content AND position = :position",
      ["content": SQLValue(content), "position": SQLValue(position)])
    guard row != nil else { throw RunStoreError.lostContent(path: path) }
  }
}

/// Who stores content that no blob names yet, as `metadata` says it.
struct WritingProcess: Codable, Sendable {
  let host: String
  let bootID: String?
  let pidNamespace: Int?
  let pid: Int
  /// When it began.
  let startedAt: Date

  /// This process.
  init(on machine: Machine, at time: Date) {
    host = machine.host
    bootID = machine.bootID
    pidNamespace = machine.pidNamespace
    pid = Int(ProcessInfo.processInfo.processIdentifier)
    startedAt = time
  }

  /// The name in `metadata`.
  static func name(ofContent number: Int) -> String { "content \(number)" }

  /// Whether it may be at work still. Of a process elsewhere one only knows that a day is enough.
  func isAlive(seenFrom machine: Machine, at time: Date) -> Bool {
    let knowledge = machine.knowledge(
      host: host, bootID: bootID, pidNamespace: pidNamespace, pid: pid)
    switch knowledge {
    case .isAlive: return true
    case .isGone: return false
    case .isGoneFromHere, .nothing: return time.timeIntervalSince(startedAt) < 24 * 3_600
    }
  }

  func json() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }

  /// - Returns: nil for a text that is none.
  init?(json: String) {
    guard let process = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else {
      return nil
    }
    self = process
  }
}
