/// The content of an IDX file of unsigned bytes, the format of MNIST (LeCun, Cortes and Burges).
///
/// Four bytes of magic number (0, 0, type 8 for bytes, number of dimensions), the size of each
/// dimension as a big-endian 32-bit number, then the bytes, the last dimension fastest.
struct IDXFile {
  /// The file.
  let path: String
  /// The number of items that the file holds, whether they were kept or not.
  let count: Int
  /// The first items, up to the limit.
  let bytes: [UInt8]
  /// The place of the first item in the decompressed file.
  let dataOffset: Int

  /// Reads a file, plain or gzip, to its end.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - itemShape: The sizes of all dimensions but the first: none for labels.
  ///   - limit: How many items to keep; nil keeps all.
  /// - Throws: `FileAccessError`, `DatasetError`.
  init(path: String, itemShape: [Int], keeping limit: Int?) throws {
    let source = try openDecompressing(path)
    let rank = 1 + itemShape.count
    dataOffset = 4 * (1 + rank)
    let header = try Self.header(of: source, rank: rank)
    guard Array(header.dropFirst()) == itemShape else {
      throw DatasetError.wrongImageSize(
        path: path, found: Array(header.dropFirst()), expected: itemShape)
    }
    guard let count = header.first, count > 0 else { throw DatasetError.empty(path: path) }

    // At most 2³² items of the expected size: this cannot overflow.
    let itemSize = itemShape.reduce(1, *)
    let kept = min(count, limit ?? count) * itemSize
    var bytes: [UInt8] = []
    var held = try source.read(kept, appendingTo: &bytes)
    if held == kept { held += try source.skip(count * itemSize - kept) }
    guard held == count * itemSize else {
      throw DatasetError.headerClaimsMore(path: path, claimed: count * itemSize, held: held)
    }
    guard try !source.hasMore() else {
      throw DatasetError.extraBytes(path: path, offset: dataOffset + held)
    }
    self.path = path
    self.count = count
    self.bytes = bytes
  }

  /// The size of each dimension.
  private static func header(of source: any ByteSource, rank: Int) throws -> [Int] {
    var bytes: [UInt8] = []
    let length = 4 * (1 + rank)
    let held = try source.read(length, appendingTo: &bytes)
    let words = stride(from: 0, to: held - 3, by: 4).map { start in
      bytes[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    let magic = 0x0800 + UInt32(rank)
    if let found = words.first, found != magic {
      throw DatasetError.wrongMagic(path: source.path, found: found, expected: magic)
    }
    guard held == length else {
      throw DatasetError.cutHeader(path: source.path, held: held, expected: length)
    }
    return words.dropFirst().map(Int.init)
  }
}
