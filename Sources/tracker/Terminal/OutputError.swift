import Foundation

/// A result could not be written.
struct OutputError: Error, Equatable {
  /// Where to.
  let place: String
  /// The system's number of what went wrong; nil if it gave none.
  let code: Int32?
  /// What went wrong, in the system's words.
  let reason: String

  /// Finds the system's reason in `cause`.
  init(place: String, cause: any Error) {
    let error = cause as NSError
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? any Error
    let root = underlying.map { $0 as NSError } ?? error
    self.place = place
    code = root.domain == NSPOSIXErrorDomain ? Int32(root.code) : nil
    reason = code.map { String(cString: strerror($0)) } ?? "\(cause)"
  }
}

extension OutputError: HintedError {
  var message: String { "Cannot write to \(place): \(reason)." }

  var hint: String {
    switch code {
    case ENOSPC: "make room on the disk, or write to another one"
    case ENOENT, ENOTDIR: "make the folder first, or name a file in another one"
    case EISDIR: "name a file in that folder"
    case EBADF: "leave standard output open"
    case EFBIG: "raise the limit of a file's size with: ulimit -f unlimited"
    default: "check the permissions, or write to another place"
    }
  }
}

/// A result was to be written over a database.
struct DatabaseInTheWay: HintedError, Equatable {
  let path: String

  var message: String { "'\(path)' is a database, and stays as it is." }
  var hint: String { "write to a file of another name" }
}

/// Writes a file, whole or not at all. A database is never overwritten.
/// - Throws: `OutputError`, `DatabaseInTheWay`.
func writeFile(_ bytes: Data, to path: String) throws {
  do {
    // A link is followed, so that it stays; what is no ordinary file, such as /dev/stdout, is written to.
    let file = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let values = try? file.resourceValues(forKeys: [.isRegularFileKey, .isDirectoryKey])
    if let values, values.isRegularFile == false, values.isDirectory == false {
      let handle = try FileHandle(forWritingTo: file)
      try handle.write(contentsOf: bytes)
      return try handle.close()
    }
    guard try !isOfDatabase(file) else { throw DatabaseInTheWay(path: path) }
    try bytes.write(to: file, options: .atomic)
  } catch let error as DatabaseInTheWay {
    throw error
  } catch {
    throw OutputError(place: path, cause: error)
  }
}

/// Whether a file is a SQLite database, or, there or not, one of those that SQLite keeps beside one.
private func isOfDatabase(_ file: URL) throws -> Bool {
  if FileManager.default.fileExists(atPath: file.path) {
    let head = try FileHandle(forReadingFrom: file).read(upToCount: 16)
    if head == Data("SQLite format 3\0".utf8) { return true }
  }
  return try ["-wal", "-shm", "-journal"].contains { suffix in
    guard file.path.hasSuffix(suffix) else { return false }
    return try isOfDatabase(URL(fileURLWithPath: String(file.path.dropLast(suffix.count))))
  }
}
