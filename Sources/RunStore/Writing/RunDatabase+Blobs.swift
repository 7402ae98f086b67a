import Foundation
import GRDB

extension RunDatabase {
  /// The hashes of everything that a run's snapshots, artifacts, media and models use.
  func blobHashes(ofRun run: Int, in db: Database) throws -> [String] {
    try db.rows(
      """
      SELECT tensor.blob_hash AS hash
      FROM tensors AS tensor
      JOIN snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
      WHERE snapshot.run_id = :run
      UNION
      SELECT blob_hash
      FROM artifacts
      WHERE run_id = :run AND blob_hash IS NOT NULL
      UNION
      SELECT blob_hash
      FROM media
      WHERE run_id = :run AND blob_hash IS NOT NULL
      UNION
      SELECT file.blob_hash
      FROM models AS model
      JOIN model_artifacts AS file ON file.model_id = model.id
      WHERE model.source_run_id = :run AND file.blob_hash IS NOT NULL
      """, ["run": SQLValue(run)]
    ).map { try $0.text("hash") }
  }

  /// The bytes that are stored under a hash, also those that stand in chunks; nil if there are none.
  func content(ofBlob hash: String, in db: Database) throws -> Data? {
    var whole = Data()
    return try db.forEachPiece(ofBlob: hash) { whole.append($0) } ? whole : nil
  }

  /// Hands over content of any size, in order, a piece of at most a mebibyte at a time.
  ///
  /// Chunks are read one by one, so that a slow reader keeps no old state of the file alive.
  /// - Throws: `corrupt` for content that is lost, or, after its last piece, not what the hash names; and
  ///   what `body` throws.
  public func forEachPiece(ofBlob hash: String, _ body: (Data) throws -> Void) throws {
    var check = SHA256()
    if try read({ db in try db.isInChunks(hash) }) {
      var position = 0
      while let chunk = try read({ db in try db.chunk(ofBlob: hash, at: position) }) {
        check.update(chunk)
        try body(chunk)
        position += 1
      }
    } else {
      let isThere = try read { db in
        try db.forEachPiece(ofBlob: hash) { piece in
          check.update(piece)
          try body(piece)
        }
      }
      guard isThere else {
        throw RunStoreError.corrupt(path: path, detail: "the content \(hash) is missing")
      }
    }
    guard check.hexadecimal() == hash else {
      throw RunStoreError.corrupt(
        path: path, detail: "the content \(hash) does not have this hash")
    }
  }

  /// The condition that nothing uses the row of `blobs`.
  static let isUnused = """
    NOT EXISTS (SELECT 1 FROM tensors WHERE blob_hash = blobs.hash)
      AND NOT EXISTS (SELECT 1 FROM artifacts WHERE blob_hash = blobs.hash)
      AND NOT EXISTS (SELECT 1 FROM media WHERE blob_hash = blobs.hash)
      AND NOT EXISTS (SELECT 1 FROM model_artifacts WHERE blob_hash = blobs.hash)
    """

  func deleteUnused(_ hashes: [String], in db: Database) throws {
    try Self.deleteUnused(hashes, in: db)
  }

  /// Deletes those of the blobs that nothing uses any more. Their chunks stay, until
  /// `removeUnnamedContent` removes them a few at a time.
  package static func deleteUnused(_ hashes: [String], in db: Database) throws {
    for hash in hashes {
      try db.run(
        "DELETE FROM blobs WHERE hash = :hash AND " + isUnused, ["hash": .text(hash)])
    }
  }

  /// Removes all blobs that nothing uses, and chunks that no blob names, a few at a time.
  func removeUnusedContent(seenFrom machine: Machine, at time: Date) throws {
    let pacing = writePacing
    var last = ""
    while true {
      let found = try read { db in
        try db.rows(
          """
          SELECT hash
          FROM blobs
          WHERE hash > :last AND \(Self.isUnused)
          ORDER BY hash
          LIMIT 16
          """, ["last": .text(last)]
        ).map { try $0.text("hash") }
      }
      guard !found.isEmpty else { break }
      try write { db in
        var left = found[...]
        _ = try WritePacing.takeSteps {
          last = left.removeFirst()
          try deleteUnused([last], in: db)
          return !left.isEmpty
        }
      }
      try pacing.pause()
    }
    try removeUnnamedContent(seenFrom: machine, at: time)
  }

  /// Removes chunks that no blob names, a few at a time; not those that a program is just storing.
  package func removeUnnamedContent(seenFrom machine: Machine, at time: Date) throws {
    let unnamed = try read { db in
      try unnamedContent(seenFrom: machine, at: time, in: db)
    }
    let writer = contentWriter(on: machine, at: time)
    for content in unnamed { try writer.remove(content.number) }
  }

  /// What stores large content in this file.
  func contentWriter(on machine: Machine, at time: Date) -> ContentWriter {
    ContentWriter(
      path: path, writer: WritingProcess(on: machine, at: time), transaction: { try write($0) },
      pacing: writePacing)
  }

  /// What lets others write between the transactions of a long work.
  var writePacing: WritePacing { WritePacing { try outsideTransactions($0) } }

  /// Chunks that no blob names, but for those that a program is just storing.
  func unnamedContent(
    seenFrom machine: Machine, at time: Date, in db: Database
  ) throws -> [(number: Int, chunks: Int, bytes: Int)] {
    try db.rows(
      """
      SELECT chunk.content, COUNT(*) AS chunks, SUM(length(chunk.data)) AS bytes, writer.value AS writer
      FROM blob_chunks AS chunk
      LEFT JOIN metadata AS writer ON writer.name = 'content ' || chunk.content
      WHERE chunk.content NOT IN (SELECT content FROM blobs WHERE content IS NOT NULL)
      GROUP BY chunk.content
      ORDER BY chunk.content
      """
    ).filter { row in
      let writer = row["writer"].text.flatMap { WritingProcess(json: $0) }
      return writer?.isAlive(seenFrom: machine, at: time) != true
    }.map { (try $0.integer("content"), try $0.integer("chunks"), try $0.integer("bytes")) }
  }
}
