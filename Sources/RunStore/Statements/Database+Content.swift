import Foundation
import GRDB
import GRDBSQLite

extension Database {
  /// Hands over the content of a blob, a piece of at most a mebibyte at a time, wherever it stands.
  /// - Returns: Whether there is such a blob; its bytes may be others than its hash says.
  func forEachPiece(ofBlob hash: String, _ body: (Data) throws -> Void) throws -> Bool {
    if try isInChunks(hash) {
      var position = 0
      while let chunk = try chunk(ofBlob: hash, at: position) {
        try body(chunk)
        position += 1
      }
      return true
    }
    let isThere: Void? = try readingValue(ofBlob: hash) { next in
      while case let piece = try next(), !piece.isEmpty { try body(piece) }
    }
    return isThere != nil
  }

  /// Whether the bytes of a blob are those that its hash names; nil if there is no such blob.
  func isSound(blob hash: String) throws -> Bool? {
    var found = SHA256()
    guard try forEachPiece(ofBlob: hash, { found.update($0) }) else { return nil }
    return found.hexadecimal() == hash
  }

  /// Whether the content of a blob stands in `blob_chunks`.
  package func isInChunks(_ hash: String) throws -> Bool {
    // The length of a value stands before it: to ask for it reads nothing of the value.
    try row(
      "SELECT 1 FROM blobs WHERE hash = :hash AND length(data) IS NULL", ["hash": .text(hash)])
      != nil
  }

  /// One chunk of a blob; nil if it has fewer, or none. One that is longer than any of ours counts as empty:
  /// the bytes then are not those that the hash names.
  package func chunk(ofBlob hash: String, at position: Int) throws -> Data? {
    let row = try row(
      """
      SELECT iif(length(chunk.data) <= :most, chunk.data, zeroblob(0)) AS data
      FROM blobs AS blob
      JOIN blob_chunks AS chunk ON chunk.content = blob.content
      WHERE blob.hash = :hash AND chunk.position = :position
      """,
      [
        "hash": .text(hash), "position": SQLValue(position),
        "most": SQLValue(ContentWriter.chunkSize),
      ])
    guard case .blob(let data) = row?["data"] else { return nil }
    return data
  }

  /// Lets `body` read `blobs.data` of a row by pieces, without ever holding all of it.
  /// - Parameter body: Is given what gives the next piece; an empty one at the end.
  func readingValue<Value>(
    ofBlob hash: String, _ body: (_ next: () throws -> Data) throws -> Value
  ) throws -> Value? {
    try openingValue(ofBlob: hash) { value, bytes in
      var offset = 0
      return try body {
        let piece = try self.piece(
          of: value, from: offset, count: min(ContentWriter.chunkSize, bytes - offset))
        offset += piece.count
        return piece
      }
    }
  }

  /// Up to `count` bytes of `blobs.data` from `offset` on; nil if there are none.
  func readingValue(ofBlob hash: String, from offset: Int, count: Int) throws -> Data? {
    let found = try openingValue(ofBlob: hash) { value, bytes in
      try piece(of: value, from: offset, count: max(0, min(count, bytes - offset)))
    }
    return found.flatMap { $0.isEmpty ? nil : $0 }
  }

  private func piece(of value: OpaquePointer?, from offset: Int, count: Int) throws -> Data {
    var piece = Data(count: count)
    guard count > 0 else { return piece }
    try check(
      piece.withUnsafeMutableBytes { room in
        sqlite3_blob_read(value, room.baseAddress, Int32(room.count), Int32(offset))
      })
    return piece
  }

  /// Opens `blobs.data` of a row, which has so many bytes.
  private func openingValue<Value>(
    ofBlob hash: String, _ body: (_ value: OpaquePointer?, _ bytes: Int) throws -> Value
  ) throws -> Value? {
    let found = try row(
      "SELECT rowid AS id, length(data) AS bytes FROM blobs WHERE hash = :hash",
      ["hash": .text(hash)])
    guard let found, let bytes = try found.optionalInteger("bytes") else { return nil }
    var value: OpaquePointer?
    try check(
      sqlite3_blob_open(
        sqliteConnection, "main", "blobs", "data", Int64(found.integer("id")), 0, &value))
    defer { sqlite3_blob_close(value) }
    return try body(value, bytes)
  }

  private func check(_ code: Int32) throws {
    guard code != SQLITE_OK else { return }
    let message = sqlite3_errmsg(sqliteConnection).map { String(cString: $0) }
    throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
  }
}
