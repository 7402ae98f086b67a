import Foundation
import Synchronization

/// Finds out when another program cuts the write-ahead log short while this one writes.
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

  private let path: String
  private let log: String
  private let mark = Mutex<Mark?>(nil)

  /// - Parameter path: The path of the database, which errors name.
  init(path: String) throws {
    self.path = path
    log = try SideFiles(of: path).database + "-wal"
  }

  /// Looks before a transaction writes; it has the lock already.
  /// - Throws: `cutLog`.
  func check() throws {
    try mark.withLock { mark in
      guard let known = mark else { return }
      guard let file = LogFile(path: log), file.salt == known.salt else {
        // Others have emptied it, which they may.
        mark = nil
        return
      }
      guard file.holds(frame: known.frame) else { throw RunStoreError.cutLog(path: path, log: log) }
    }
  }

  /// Takes note of what a transaction has added.
  /// - Throws: `cutLog` if it begins with nothing.
  func note() throws {
    try mark.withLock { mark in
      guard let file = LogFile(path: log), file.size >= LogFile.headerSize else {
        mark = nil
        return
      }
      guard file.hasHeader else { throw RunStoreError.cutLog(path: path, log: log) }
      var frame = mark.flatMap { $0.salt == file.salt ? $0.frame : nil } ?? 0
      while file.holds(frame: frame + 1) { frame += 1 }
      mark = frame > 0 ? Mark(salt: file.salt, frame: frame) : nil
    }
  }
}

/// A write-ahead log: a header of 32 bytes, then frames of a header of 24 bytes and a page each. See
/// https://sqlite.org/walformat.html.
private final class LogFile {
  static let headerSize = 32
  private static let frameHeaderSize = 24

  let size: Int
  /// What tells the frames of this log from those of earlier ones, which may follow.
  let salt: Data
  private let descriptor: Int32
  private let header: Data

  /// - Returns: nil if there is no log.
  init?(path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    size = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    header = Self.read(descriptor, Self.headerSize, at: 0)
    salt = header.dropFirst(16).prefix(8)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Whether it begins as a log does: with one of two numbers, 0x377f0682 and 0x377f0683.
  var hasHeader: Bool {
    header.prefix(3) == Data([0x37, 0x7F, 0x06])
      && header.dropFirst(3).first.map { $0 & ~1 } == 0x82
  }

  private var pageSize: Int { header.dropFirst(8).prefix(4).reduce(0) { $0 << 8 | Int($1) } }

  /// Whether a frame of this log is there, counted from 1.
  func holds(frame: Int) -> Bool {
    let place = Self.headerSize + (frame - 1) * (Self.frameHeaderSize + pageSize)
    guard hasHeader, place + Self.frameHeaderSize + pageSize <= size else { return false }
    return Self.read(descriptor, Self.frameHeaderSize, at: place).dropFirst(8).prefix(8) == salt
  }

  private static func read(_ descriptor: Int32, _ count: Int, at place: Int) -> Data {
    var bytes = Data(count: count)
    let done = bytes.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress, count, off_t(place))
    }
    return done == count ? bytes : Data()
  }
}
