import ArgumentParser
import Foundation
import RunStore

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

extension OutputError {
  /// What the system says by its number.
  init(place: String, code: Int32) {
    self.place = place
    self.code = code
    reason = String(cString: strerror(code))
  }
}

extension OutputError: LocalizedError {
  var errorDescription: String? { "Cannot write to \(place): \(reason)." }

  var recoverySuggestion: String? {
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
struct DatabaseInTheWay: LocalizedError, Equatable {
  let path: String

  var errorDescription: String? { "'\(path)' is a database, and stays as it is." }
  var recoverySuggestion: String? { "write to a file of another name" }
}

/// A result was to be written over a file.
struct FileInTheWay: LocalizedError, Equatable {
  let path: String

  var errorDescription: String? { "There is a file '\(path)' already." }
  var recoverySuggestion: String? { "choose another name, or write over it with --force" }
}

/// Writes a file, whole or not at all. A database is never overwritten.
/// - Parameter replaces: Whether the file takes the place of one that is there.
/// - Throws: `OutputError`, `DatabaseInTheWay`, `FileInTheWay`.
func writeFile(_ bytes: Data, to path: String, replaces: Bool = true) throws {
  try writeFile(to: path, replaces: replaces) { try $0.write(bytes) }
}

/// A file that is written in pieces.
struct OutputFile {
  fileprivate let handle: FileHandle
  fileprivate let path: String

  /// Writes the next piece.
  /// - Throws: `OutputError`.
  func write(_ piece: Data) throws {
    do {
      try handle.write(contentsOf: piece)
      // Now and then: a training beside it would wait for all of a large file at its own next sync. What
      // has no offset, such as a pipe, has nothing to sync; that all is stored is made sure of at the end.
      if let end = try? handle.offset(), end >> 25 != (end &- UInt64(piece.count)) >> 25 {
        fsync(handle.fileDescriptor)
      }
    } catch {
      throw OutputError(place: path, cause: error)
    }
  }
}

/// Writes a file in pieces, whole or not at all: until it is whole it has another name. A database is
/// never overwritten.
/// - Parameter replaces: Whether the file takes the place of one that is there.
/// - Throws: `OutputError`, `DatabaseInTheWay`, `FileInTheWay`, and what `write` throws.
func writeFile(
  to path: String, replaces: Bool = true, _ write: (OutputFile) throws -> Void
) throws {
  // A link is followed, so that it stays; what is no ordinary file, such as /dev/stdout, is written to.
  let file = URL(fileURLWithPath: path).resolvingSymlinksInPath()
  var status = stat()
  let isThere = stat(file.path, &status) == 0
  guard !isThere || status.st_mode & S_IFMT == S_IFREG else {
    return try fill(file.path, named: path, O_WRONLY, write)
  }
  guard try !isOfDatabase(file) else { throw DatabaseInTheWay(path: path) }
  guard replaces || !isThere else { throw FileInTheWay(path: path) }
  tellOfUnfinished(path)
  let draft = UnfinishedFiles.name(for: file.path)
  try UnfinishedFiles.during([draft]) {
    defer { unlink(draft) }
    try fill(draft, named: path, O_WRONLY | O_CREAT | O_EXCL, write)
    if isThere { chmod(draft, status.st_mode & 0o777) }
    // A second name first: to rename would replace what another process has made meanwhile.
    if !replaces {
      if link(draft, file.path) == 0 { return }
      if errno == EEXIST { throw FileInTheWay(path: path) }
    }
    guard rename(draft, file.path) == 0 else { throw OutputError(place: path, code: errno) }
  }
}

/// Tells a person of files that were to become the one at `path`, and that a killed command left.
func tellOfUnfinished(_ path: String) {
  let left = UnfinishedFiles.left(of: path)
  guard !left.isEmpty else { return }
  Console.tell([
    "Note: A command that was killed has left, or one that is at work still writes: "
      + left.map { "'\($0)'" }.joined(separator: ", "),
    "Try: rm \(left.map(\.shellQuoted).joined(separator: " ")) when no command writes it",
  ])
}

/// Refuses what is no name of a file to write: nothing; `-`, which elsewhere is standard output, and
/// here would become a file of that name; and `folder/`, which would become the file `folder`.
func requireName(ofOutput path: String?, by name: String, isFolder: Bool = false) throws {
  switch path {
  case "": throw ValidationError("\(name) needs the name of a file.")
  case "-":
    throw ValidationError(
      "\(name) needs the name of a file, and '-' is none; such a file is './-'.")
  case let folder? where folder.hasSuffix("/") && !isFolder:
    throw ValidationError(
      "\(name) needs the name of a file, and '\(folder)' is that of a folder: name a file in it.")
  default: return
  }
}

/// Opens a file, has it written, and closes it when the disk has it.
private func fill(
  _ path: String, named name: String, _ flags: Int32, _ write: (OutputFile) throws -> Void
) throws {
  let descriptor = open(path, flags | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw OutputError(place: name, code: errno) }
  let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  try write(OutputFile(handle: handle, path: name))
  // What cannot be synced, such as a pipe, says EINVAL.
  guard fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS else {
    throw OutputError(place: name, code: errno)
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
