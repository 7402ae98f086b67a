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
    let row = try db.row(
      "SELECT data, content FROM blobs WHERE hash = :hash", ["hash": .text(hash)])
    if case .blob(let data) = row?["data"] { return data }
    guard let content = try row?.optionalInteger("content") else { return nil }
    return try db.rows(
      "SELECT data FROM blob_chunks WHERE content = :content ORDER BY position",
      ["content": SQLValue(content)]
    ).reduce(into: Data()) { whole, chunk in
      if case .blob(let data) = chunk["data"] { whole.append(data) }
    }
  }

  /// The condition that nothing uses the row of `blobs`.
  static let isUnused = """
    NOT EXISTS (SELECT 1 FROM tensors WHERE blob_hash = blobs.hash)
      AND NOT EXISTS (SELECT 1 FROM artifacts WHERE blob_hash = blobs.hash)
      AND NOT EXISTS (SELECT 1 FROM media WHERE blob_hash = blobs.hash)
      AND NOT EXISTS (SELECT 1 FROM model_artifacts WHERE blob_hash = blobs.hash)
    """

  /// Deletes those of the blobs that nothing uses any more.
  func deleteUnused(_ hashes: [String], in db: Database) throws {
    for hash in hashes {
      try db.run(
        "DELETE FROM blobs WHERE hash = :hash AND " + Self.isUnused, ["hash": .text(hash)])
    }
  }

  /// Deletes all blobs that nothing uses, and chunks that no blob names.
  func deleteUnusedBlobs(in db: Database) throws {
    try db.run("DELETE FROM blobs WHERE " + Self.isUnused)
    try db.run(
      """
      DELETE FROM blob_chunks
      WHERE content NOT IN (SELECT content FROM blobs WHERE content IS NOT NULL)
      """)
  }
}
