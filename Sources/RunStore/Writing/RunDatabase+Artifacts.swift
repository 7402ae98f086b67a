import Foundation
import GRDB

extension RunDatabase {
  /// Stores a file of any size as an artifact of a run; one of the same name is replaced.
  ///
  /// Content of more than a mebibyte takes several transactions, the last of which names it: a program that
  /// is killed before leaves the file as it was, but for chunks that `prune` removes.
  /// - Parameters:
  ///   - name: The name, like a path.
  ///   - file: The path of the file to store.
  ///   - time: Now; also a sign of life of the run.
  ///   - machine: The machine this program runs on.
  @discardableResult
  public func storeArtifact(
    _ name: String, mediaType: String = "application/octet-stream", ofFile file: String, run: Int,
    at time: Date, on machine: Machine
  ) throws -> ArtifactSummary {
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw RunStoreError.missing(path: file)
    }
    return try storeArtifact(name, mediaType: mediaType, run: run, at: time, on: machine) { count in
      do {
        return try handle.read(upToCount: count) ?? Data()
      } catch {
        throw RunStoreError.inputOutput(path: file, detail: error.localizedDescription)
      }
    }
  }

  /// Stores what a source gives as an artifact of a run, as above. No lock is held while the source is
  /// asked.
  /// - Parameter read: Gives the next bytes, at most as many as it is asked for; none at the end.
  @discardableResult
  public func storeArtifact(
    _ name: String, mediaType: String = "application/octet-stream", run: Int, at time: Date,
    on machine: Machine, reading read: (_ count: Int) throws -> Data
  ) throws -> ArtifactSummary {
    _ = try self.run(run)
    let first = try Self.chunk(from: read)
    // Nobody knows how long the source is before it ends.
    let second = first.count < ContentWriter.chunkSize ? Data() : try Self.chunk(from: read)
    guard !second.isEmpty else {
      return try write { db in
        let hash = try db.storeBlob(first)
        try nameArtifact(name, mediaType: mediaType, hash: hash, run: run, at: time, in: db)
        return ArtifactSummary(
          name: name, mediaType: mediaType, blobHash: hash, byteCount: first.count)
      }
    }
    let writer = contentWriter(on: machine, at: time)
    var ahead = [first, second]
    let stored = try writer.store {
      ahead.isEmpty ? try Self.chunk(from: read) : ahead.removeFirst()
    }
    do {
      try write { db in
        try writer.name(stored, in: db)
        try nameArtifact(name, mediaType: mediaType, hash: stored.hash, run: run, at: time, in: db)
      }
    } catch {
      // The first error matters; what stays behind is removed by prune.
      try? writer.remove(stored.number)
      throw error
    }
    // What it replaced: a file of the same name, or the same content under another number.
    try removeUnnamedContent(seenFrom: machine, at: time)
    return ArtifactSummary(
      name: name, mediaType: mediaType, blobHash: stored.hash, byteCount: stored.byteCount)
  }

  /// Stores the row of an artifact; the content of the one that it replaces goes if nothing uses it.
  func nameArtifact(
    _ name: String, mediaType: String, hash: String, run: Int, at time: Date, in db: Database
  ) throws {
    let parameters: KeyValuePairs = ["run": SQLValue(run), "name": .text(name)]
    let replaced = try db.row(
      "SELECT blob_hash FROM artifacts WHERE run_id = :run AND name = :name", parameters)
    try db.run(
      """
      INSERT OR REPLACE INTO artifacts (run_id, name, media_type, blob_hash, created_at)
      VALUES (:run, :name, :type, :hash, :time)
      """,
      [
        "run": SQLValue(run), "name": .text(name), "type": .text(mediaType), "hash": .text(hash),
        "time": SQLValue(time),
      ])
    try deleteUnused([replaced?.optionalText("blob_hash")].compactMap(\.self), in: db)
  }

  /// The next chunk of a source, which may give less than it is asked for; an empty one at its end.
  private static func chunk(from read: (_ count: Int) throws -> Data) throws -> Data {
    var chunk = Data()
    while chunk.count < ContentWriter.chunkSize,
      case let piece = try read(ContentWriter.chunkSize - chunk.count), !piece.isEmpty
    {
      precondition(
        chunk.count + piece.count <= ContentWriter.chunkSize, "The source gave too many bytes.")
      chunk.append(piece)
    }
    return chunk
  }
}
