import Foundation
import GRDB

extension RunDatabase {
  /// Copies what is large of some content of `source`, in many short transactions; what crosses is hashed.
  /// What comes back is to be named, by `ContentWriter.name`, in the transaction of the rows that use it.
  ///
  /// Large is what stands in chunks there, or has more bytes than a transaction here takes.
  /// - Throws: `corrupt`, about `source`, for content that is not what its hash says; and what stops the
  ///   copying. Then there is nothing of it.
  func copyLargeContent(
    _ hashes: [String], from source: RunDatabase, by writer: ContentWriter
  ) throws -> [StoredContent] {
    var copied: [StoredContent] = []
    do {
      for hash in hashes where try source.read({ try $0.isLarge(hash) }) {
        copied.append(try copyContent(hash, from: source, by: writer))
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
}

extension Database {
  /// Whether content stands in chunks, or has more bytes than a transaction takes.
  fileprivate func isLarge(_ hash: String) throws -> Bool {
    try row(
      "SELECT 1 FROM blobs WHERE hash = :hash AND COALESCE(length(data), :limit + 1) > :limit",
      [
        "hash": .text(hash),
        "limit": SQLValue(ContentWriter.chunksAtOnce * ContentWriter.chunkSize),
      ]) != nil
  }
}
