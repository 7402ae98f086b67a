import Foundation
import Synchronization

/// Finds out when another program cuts the write-ahead log short, or removes it, while this one writes.
///
/// SQLite then goes on behind the gap, and sooner or later puts pages of zeros into the file. What is
/// looked at before and after each transaction is whether the last piece of the log that was seen is
/// still there.
final class LogWatch: Sendable {
  /// A piece of the log, which there is until the log begins anew with another salt.
  private struct Mark {
    let salt: Data
    let frame: Int
  }

  private struct State {
    /// The log, which is the same as long as the database is open; nil if there is none yet.
    var file: LogFile?
    var mark: Mark?
  }

  private let path: String
  private let log: String
  private let state = Mutex(State())

  /// - Parameter path: The path of the database, which errors name.
  init(path: String) throws {
    self.path = path
    log = try SideFiles(of: path).database + "-wal"
  }

  /// Looks before a transaction writes; it has the lock already.
  /// - Throws: `cutLog`, `removedLog`.
  func check() throws {
    try state.withLock { state in
      guard let file = state.file, let mark = state.mark else { return }
      guard !file.isRemoved else { throw RunStoreError.removedLog(path: path, log: log) }
      let header = file.header
      guard header.salt == mark.salt else {
        // Others have emptied it, which they may.
        state.mark = nil
        return
      }
      guard file.holds(frame: mark.frame, of: header) else {
        throw RunStoreError.cutLog(path: path, log: log)
      }
    }
  }

  /// Takes note of what a transaction has added.
  /// - Throws: `cutLog` if it begins with nothing.
  func note() throws {
    try state.withLock { state in
      if state.file == nil { state.file = LogFile(path: log) }
      guard let file = state.file, file.size >= LogFile.Header.size else {
        state.mark = nil
        return
      }
      let header = file.header
      guard header.isOfLog else { throw RunStoreError.cutLog(path: path, log: log) }
      var frame = state.mark.flatMap { $0.salt == header.salt ? $0.frame : nil } ?? 0
      while file.holds(frame: frame + 1, of: header) { frame += 1 }
      state.mark = frame > 0 ? Mark(salt: header.salt, frame: frame) : nil
    }
  }
}

/// A write-ahead log: a header, then frames of a header of 24 bytes and a page each. See
/// https://sqlite.org/walformat.html.
private final class LogFile: Sendable {
  /// The beginning of the file; nothing if it is shorter.
  struct Header {
    static let size = 32
    fileprivate let bytes: Data

    /// Whether a log begins like this: with one of the numbers 0x377f0682 and 0x377f0683.
    var isOfLog: Bool {
      bytes.count == Self.size && bytes.prefix(3) == Data([0x37, 0x7F, 0x06])
        && bytes[3] & ~1 == 0x82
    }

    /// The number of bytes of a page.
    var pageSize: Int { bytes.dropFirst(8).prefix(4).reduce(0) { $0 << 8 | Int($1) } }

    /// What tells the frames of this log from those of earlier ones, which may follow.
    var salt: Data { bytes.dropFirst(16).prefix(8) }
  }

  private static let frameHeaderSize = 24

  private let descriptor: Int32

  /// - Returns: nil if there is no log.
  init?(path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  var header: Header { Header(bytes: read(Header.size, at: 0)) }

  var size: Int { Int(status.st_size) }

  /// Whether the file has no name any more.
  var isRemoved: Bool { status.st_nlink == 0 }

  /// Whether a frame of this log is there, counted from 1.
  func holds(frame: Int, of header: Header) -> Bool {
    let place = Header.size + (frame - 1) * (Self.frameHeaderSize + header.pageSize)
    guard header.isOfLog, place + Self.frameHeaderSize + header.pageSize <= size else {
      return false
    }
    return read(Self.frameHeaderSize, at: place).dropFirst(8).prefix(8) == header.salt
  }

  private var status: stat {
    var status = stat()
    fstat(descriptor, &status)
    return status
  }

  private func read(_ count: Int, at place: Int) -> Data {
    var bytes = Data(count: count)
    let done = bytes.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress, count, off_t(place))
    }
    return done == count ? bytes : Data()
  }
}
