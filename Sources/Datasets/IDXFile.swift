import Foundation

/// The content of an IDX file of unsigned bytes, the format of MNIST (LeCun, Cortes and Burges).
///
/// Four bytes of magic number (0, 0, type 8 for bytes, number of dimensions), the size of each
/// dimension as a big-endian 32-bit number, then the bytes, the last dimension fastest.
struct IDXFile {
  /// The number of items that the file holds, whether they were kept or not.
  let count: Int
  /// The first items, up to the limit.
  private(set) var bytes: [UInt8] = []
  /// The place of the first item in the decompressed file.
  let dataOffset: Int

  private let path: String
  private let itemSize: Int

  /// Reads a file, plain or gzip.
  ///
  /// A plain file is checked by its size, gzip by reading on to the end, but with a limit no further
  /// than `ImageLimits.checkedSize` beyond it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - itemShape: The sizes of all dimensions but the first: none for labels.
  ///   - limit: How many items to keep; nil keeps all.
  ///   - memory: How many bytes the machine can hold.
  ///   - checkCount: Is told the number of items before they are read.
  /// - Throws: `FileAccessError`, `DatasetError`, and what `checkCount` throws.
  init(
    path: String, itemShape: [Int], keeping limit: Int?,
    memory: UInt64 = ProcessInfo.processInfo.physicalMemory,
    checkCount: (Int) throws -> Void = { _ in }
  ) throws {
    self.path = path
    let source = try openDecompressing(path)
    let rank = 1 + itemShape.count
    dataOffset = 4 * (1 + rank)
    let header = try Self.header(of: source, rank: rank)
    guard Array(header.dropFirst()) == itemShape else {
      throw DatasetError.wrongImageSize(
        path: path, found: Array(header.dropFirst()), expected: itemShape)
    }
    guard let count = header.first, count > 0 else { throw DatasetError.empty(path: path) }
    self.count = count
    itemSize = itemShape.reduce(1, *)
    try checkCount(count)

    // At most 2³² items of the expected size: this cannot overflow.
    let kept = min(count, limit ?? count) * itemSize
    if let size = source.size {
      try check(held: size - dataOffset)
    } else if kept > Self.largestUnchecked {
      try checkByReading()
    }
    guard UInt64(kept) <= memory / 2 else {
      throw DatasetError.tooLarge(path: path, size: kept, memory: Int(clamping: memory))
    }
    bytes = try items(from: source, kept: kept)
  }

  /// What gzip claims to hold is believed without a look up to here: Fashion-MNIST is below.
  private static let largestUnchecked = 1 << 26

  private func items(from source: any ByteSource, kept: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(kept)
    let held = try source.read(kept, appendingTo: &bytes)
    guard held == kept else { throw claimsMore(held) }
    if source.size == nil { try checkRest(of: source, after: held, limit: kept) }
    return bytes
  }

  /// Reads compressed data to their end and keeps nothing.
  private func checkByReading() throws {
    let source = try openDecompressing(path)
    _ = try source.skip(dataOffset)
    try checkRest(of: source, after: 0, limit: count * itemSize)
  }

  private func checkRest(of source: any ByteSource, after held: Int, limit: Int) throws {
    let rest = count * itemSize - held
    let checked = limit == count * itemSize ? rest : min(rest, ImageLimits.checkedSize)
    let skipped = try source.skip(checked)
    guard skipped == checked else { throw claimsMore(held + skipped) }
    guard try checked < rest || !source.hasMore() else {
      throw DatasetError.extraBytes(path: path, offset: dataOffset + held + skipped)
    }
  }

  private func check(held: Int) throws {
    guard held >= count * itemSize else { throw claimsMore(held) }
    guard held == count * itemSize else {
      throw DatasetError.extraBytes(path: path, offset: dataOffset + count * itemSize)
    }
  }

  private func claimsMore(_ held: Int) -> DatasetError {
    .headerClaimsMore(path: path, claimed: count * itemSize, held: held)
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
    if words.first == magic, held == length { return words.dropFirst().map(Int.init) }

    _ = try source.read(FileKind.startSize, appendingTo: &bytes)
    if let kind = FileKind(start: bytes), kind != .idx {
      throw DatasetError.otherFile(path: source.path, kind: kind, expected: "an IDX file")
    }
    if let found = words.first, found != magic {
      throw DatasetError.wrongMagic(path: source.path, found: found, expected: magic)
    }
    throw DatasetError.cutHeader(path: source.path, held: held, expected: length)
  }
}
