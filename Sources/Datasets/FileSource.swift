import Foundation

/// The bytes of a regular file.
package final class FileSource: ByteSource {
  package let path: String

  /// The number of bytes when the file was opened.
  package let byteCount: Int

  package var size: Int? { byteCount }

  private let descriptor: CInt

  /// Opens the file.
  /// - Throws: `FileAccessError`.
  package init(path: String) throws {
    self.path = path
    // Looked at before it is opened, because opening a pipe waits for a writer.
    var facts = stat()
    guard stat(path, &facts) == 0 else { throw FileAccessError(code: errno, path: path) }
    switch facts.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FileAccessError.isFolder(path: path)
    default: throw FileAccessError.notARegularFile(path: path)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileAccessError(code: errno, path: path) }
    self.descriptor = descriptor
    byteCount = Int(facts.st_size)
  }

  deinit {
    close(descriptor)
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let arrived = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      if arrived >= 0 { return arrived }
      guard errno == EINTR else { throw FileAccessError(code: errno, path: path) }
    }
  }
}

extension FileAccessError {
  fileprivate init(code: CInt, path: String) {
    switch code {
    case ENOENT, ENOTDIR: self = .missing(path: path)
    case EISDIR: self = .isFolder(path: path)
    default: self = .unreadable(path: path, reason: String(cString: strerror(code)))
    }
  }
}
