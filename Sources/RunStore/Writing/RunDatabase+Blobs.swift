import GRDB

extension RunDatabase {
  /// The hashes of everything that a run's snapshots and artifacts use.
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
      WHERE run_id = :run
      """, ["run": SQLValue(run)]
    ).map { try $0.text("hash") }
  }

  /// Deletes those of the blobs that nothing uses any more.
  func deleteUnused(_ hashes: [String], in db: Database) throws {
    for hash in hashes {
      try db.run(
        """
        DELETE FROM blobs
        WHERE hash = :hash
          AND NOT EXISTS (SELECT 1 FROM tensors WHERE blob_hash = :hash)
          AND NOT EXISTS (SELECT 1 FROM artifacts WHERE blob_hash = :hash)
        """, ["hash": .text(hash)])
    }
  }
}
