import Foundation
import GRDB

extension RunDatabase {
  /// Copies the large content that a run of `source` uses and that this file lacks, in many short
  /// transactions; what crosses is hashed. What comes back is to be named, by `ContentWriter.name`, in
  /// the transaction of the rows that use it.
  ///
  /// Large is what stands in chunks there, or has more bytes than a transaction here takes.
  /// - Throws: `corrupt`, about `source`, for content that is not what its hash says; and what stops the
  ///   copying. Then there is nothing of it.
  func copyLargeContent(
    ofRun run: Int, from source: RunDatabase, by writer: ContentWriter, in db: Database
  ) throws -> [StoredContent] {
    let hashes = try source.read { try Self.largeBlobs(ofRun: run, in: $0) }
    var copied: [StoredContent] = []
    do {
      for hash in hashes {
        let present = try db.row(
          "SELECT 1 FROM main.blobs WHERE hash = :hash", ["hash": .text(hash)])
        if present == nil { copied.append(try copyContent(hash, from: source, by: writer)) }
      }
    } catch {
      removeCopied(copied, by: writer)
      throw error
    }
    return copied
  }

  /// Removes copied content that is not needed after all.
  func removeCopied(_ copied: [StoredContent], by writer: ContentWriter) {
    // An error here would hide the one that matters; what stays behind is removed by prune.
    for content in copied { try? writer.remove(content.number) }
  }

  private func copyContent(
    _ hash: String, from source: RunDatabase, by writer: ContentWriter
  ) throws -> StoredContent {
    let isInChunks = try source.read { try $0.isInChunks(hash) }
    var stored: StoredContent?
    if isInChunks {
      var position = 0
      stored = try writer.store {
        let chunk = try source.read { try $0.chunk(ofBlob: hash, at: position) }
        position += 1
        return chunk ?? Data()
      }
    } else {
      stored = try source.read { db in
        try db.readingValue(ofBlob: hash) { try writer.store($0) }
      }
    }
    guard let stored, stored.hash == hash else {
      if let stored { try? writer.remove(stored.number) }
      throw RunStoreError.corrupt(
        path: source.path, detail: "the content \(hash) does not have this hash")
    }
    return stored
  }

  private static func largeBlobs(ofRun run: Int, in db: Database) throws -> [String] {
    try db.rows(
      """
      SELECT blob.hash
      FROM (
        SELECT tensor.blob_hash AS hash
        FROM tensors AS tensor
        JOIN snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
        WHERE snapshot.run_id = :run
        UNION
        SELECT blob_hash FROM artifacts WHERE run_id = :run
        UNION
        SELECT blob_hash FROM media WHERE run_id = :run
        UNION
        SELECT file.blob_hash
        FROM model_artifacts AS file
        JOIN models AS model ON model.id = file.model_id
        WHERE model.source_run_id = :run
          OR model.id IN (SELECT model_id FROM run_models WHERE run_id = :run)) AS used
      JOIN blobs AS blob ON blob.hash = used.hash
      WHERE COALESCE(length(blob.data), :limit + 1) > :limit
      ORDER BY blob.hash
      """,
      [
        "run": SQLValue(run),
        "limit": SQLValue(ContentWriter.chunksAtOnce * ContentWriter.chunkSize),
      ]
    ).map { try $0.text("hash") }
  }
}
