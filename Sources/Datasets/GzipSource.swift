import CZlib

/// The decompressed bytes of a gzip file (RFC 1952), checked by its CRC-32 and length.
///
/// A file may consist of several members one after the other; anything else after a member is an
/// error.
final class GzipSource: ByteSource {
  let path: String
  let size: Int? = nil

  private let file: FileSource
  private let input: UnsafeMutableRawBufferPointer
  // zlib's state points back to its stream, so that the stream must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Compressed bytes that were read from the file.
  private var consumed = 0
  /// Decompressed bytes that were handed out.
  private var produced = 0
  private var isBetweenMembers = false

  /// Prepares to decompress `file` from its start.
  init(_ file: FileSource) throws {
    self.file = file
    path = file.path
    input = .allocate(byteCount: 1 << 16, alignment: 16)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let gzipOnly = MAX_WBITS + 16
    let status = inflateInit2_(
      stream, gzipOnly, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw corruption(status) }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    input.deallocate()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let room = buffer.count
    stream.pointee.next_out = buffer.bindMemory(to: Bytef.self).baseAddress
    stream.pointee.avail_out = uInt(room)
    while Int(stream.pointee.avail_out) == room {
      guard try refill() else {
        guard isBetweenMembers else { throw DatasetError.cutGzip(path: path, offset: offset) }
        return 0
      }
      if isBetweenMembers { try startMember() }
      let status = inflate(stream, Z_NO_FLUSH)
      switch status {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END: isBetweenMembers = true
      default: throw corruption(status)
      }
    }
    let arrived = room - Int(stream.pointee.avail_out)
    produced += arrived
    try checkRatio()
    return arrived
  }

  /// Refuses kilobytes that unpack to gigabytes. Pictures come to a fifth of their size, and even
  /// drawings with much empty paper to no less than a fiftieth.
  private func checkRatio() throws {
    let (leastSize, largestRatio) = (1 << 26, 200)
    guard produced > leastSize, produced / largestRatio > offset else { return }
    throw DatasetError.inflatedGzip(path: path, offset: offset, unpacked: produced)
  }

  /// The place in the file up to which its bytes were used.
  private var offset: Int { consumed - Int(stream.pointee.avail_in) }

  /// Makes sure that there is input.
  /// - Returns: False at the end of the file.
  private func refill() throws -> Bool {
    guard stream.pointee.avail_in == 0 else { return true }
    let arrived = try file.read(into: input)
    consumed += arrived
    stream.pointee.next_in = input.bindMemory(to: Bytef.self).baseAddress
    stream.pointee.avail_in = uInt(arrived)
    return arrived > 0
  }

  private func startMember() throws {
    let firstByteOfGzip: Bytef = 0x1F
    guard stream.pointee.next_in.pointee == firstByteOfGzip else {
      throw DatasetError.extraBytes(path: path, offset: offset)
    }
    let status = inflateReset(stream)
    guard status == Z_OK else { throw corruption(status) }
    isBetweenMembers = false
  }

  private func corruption(_ status: CInt) -> DatasetError {
    let reason = stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)"
    return .corruptGzip(path: path, offset: offset, reason: reason)
  }
}

/// Opens a file that may be compressed: by its name, or because it starts like gzip.
/// - Throws: `FileAccessError`, and `DatasetError` for another content under a `.gz` name.
func openDecompressing(_ path: String) throws -> any ByteSource {
  let gzipStart: [UInt8] = [0x1F, 0x8B]
  var start: [UInt8] = []
  _ = try FileSource(path: path).read(FileKind.startSize, appendingTo: &start)
  if start.starts(with: gzipStart) { return try GzipSource(FileSource(path: path)) }
  guard path.hasSuffix(".gz") else { return try FileSource(path: path) }
  if let kind = FileKind(start: start), kind != .idx {
    throw DatasetError.otherFile(path: path, kind: kind, expected: "gzip")
  }
  throw DatasetError.notGzip(path: path, found: Array(start.prefix(gzipStart.count)))
}
