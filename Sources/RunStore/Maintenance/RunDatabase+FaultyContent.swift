import Foundation
import GRDB

extension RunDatabase {
  /// What is wrong with content: it does not have its hash, or nothing uses or names it. All of it is read,
  /// a chunk at a time.
  func faultyContent(
    seenFrom machine: Machine, at time: Date, in db: Database
  ) throws -> [Finding] {
    try corruptBlobs(in: db) + unusedBlobs(in: db)
      + unnamedChunks(seenFrom: machine, at: time, in: db)
  }

  private func corruptBlobs(in db: Database) throws -> [Finding] {
    var findings: [Finding] = []
    try db.forEachRow("SELECT hash FROM blobs ORDER BY hash") { row in
      let hash = try row.text("hash")
      guard try db.isSound(blob: hash) != true else { return }
      findings.append(
        Finding(
          kind: .blobContent,
          message: "The content of the blob \(hash)\(try users(ofBlob: hash, in: db)) does not have"
            + " this hash."))
    }
    return findings
  }

  /// Who uses a blob, in words.
  private func users(ofBlob hash: String, in db: Database) throws -> String {
    let row = try db.row(
      """
      SELECT tensor.name, snapshot.run_id, snapshot.epoch
      FROM tensors AS tensor
      JOIN snapshots AS snapshot ON snapshot.id = tensor.snapshot_id
      WHERE tensor.blob_hash = :hash
      ORDER BY snapshot.run_id, snapshot.epoch, tensor.name
      LIMIT 1
      """, ["hash": .text(hash)])
    guard let row else { return try artifact(ofBlob: hash, in: db) }
    return " (\(try row.text("name")) of run \(try row.integer("run_id")) after epoch"
      + " \(try row.integer("epoch")))"
  }

  private func artifact(ofBlob hash: String, in db: Database) throws -> String {
    let row = try db.row(
      """
      SELECT name, run_id
      FROM artifacts
      WHERE blob_hash = :hash
      ORDER BY run_id, name
      LIMIT 1
      """, ["hash": .text(hash)])
    return try row.map {
      " (the artifact \(try $0.text("name")) of run \(try $0.integer("run_id")))"
    }
      ?? ""
  }

  private func unnamedChunks(
    seenFrom machine: Machine, at time: Date, in db: Database
  ) throws -> [Finding] {
    let unnamed = try unnamedContent(seenFrom: machine, at: time, in: db)
    guard !unnamed.isEmpty else { return [] }
    let bytes = unnamed.reduce(0) { $0 + $1.bytes }
    return [
      Finding(
        kind: .unnamedChunks,
        message:
          "\(unnamed.reduce(0) { $0 + $1.chunks }) chunks of \(bytes) bytes belong to no blob:"
          + " the program that stored them was killed. Remove them: tracker prune")
    ]
  }

  private func unusedBlobs(in db: Database) throws -> [Finding] {
    let row = try db.row(
      """
      SELECT COUNT(*) AS count, COALESCE(SUM(COALESCE(length(data), byte_count)), 0) AS bytes
      FROM blobs
      WHERE \(Self.isUnused)
      """)
    guard let row, case let count = try row.integer("count"), count > 0 else { return [] }
    return [
      Finding(
        kind: .unusedBlob,
        message: "Nothing uses \(count) blobs of \(try row.integer("bytes")) bytes.")
    ]
  }
}
