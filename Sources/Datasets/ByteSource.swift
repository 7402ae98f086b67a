/// Bytes that arrive one piece after the other.
package protocol ByteSource: AnyObject {
  /// The file that they come from.
  var path: String { get }

  /// The number of bytes, where it is known before they arrive.
  var size: Int? { get }

  /// Fills the start of `buffer`, which is not empty.
  /// - Returns: How many bytes arrived; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

extension ByteSource {
  /// Appends at most `count` bytes, fewer only if the source ends.
  ///
  /// The array grows with what arrives, never by what a header promises.
  package func read(_ count: Int, appendingTo bytes: inout [UInt8]) throws -> Int {
    try forEachPiece(ofNext: count) { bytes.append(contentsOf: $0) }
  }

  /// Passes over at most `count` bytes.
  /// - Returns: How many there were.
  func skip(_ count: Int) throws -> Int {
    try forEachPiece(ofNext: count) { _ in }
  }

  /// Whether a further byte arrives; that byte is lost.
  func hasMore() throws -> Bool {
    try skip(1) > 0
  }

  /// Hands over the next `count` bytes piece by piece.
  /// - Returns: How many there were.
  func forEachPiece(
    ofNext count: Int, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws -> Int {
    let pieceSize = min(count, 1 << 17)
    guard pieceSize > 0 else { return 0 }
    return try withUnsafeTemporaryAllocation(byteCount: pieceSize, alignment: 16) { piece in
      var total = 0
      while total < count {
        let wanted = min(pieceSize, count - total)
        let arrived = try read(into: UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted]))
        guard arrived > 0 else { break }
        try body(UnsafeRawBufferPointer(rebasing: piece[..<arrived]))
        total += arrived
      }
      return total
    }
  }
}

/// Bytes in memory.
package final class ArraySource: ByteSource {
  package let path: String
  package let size: Int?
  private var rest: ArraySlice<UInt8>

  /// Hands out `bytes`, which errors call `path`.
  package init(_ bytes: [UInt8], path: String) {
    self.path = path
    size = bytes.count
    rest = bytes[...]
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let piece = rest.prefix(buffer.count)
    buffer.copyBytes(from: piece)
    rest = rest.dropFirst(piece.count)
    return piece.count
  }
}
