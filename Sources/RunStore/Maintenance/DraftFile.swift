import Foundation

/// A new database that has another name until it is whole: whoever finds a file of the right name
/// finds all of it, whenever the program that wrote it ended.
enum DraftFile {
  /// What SQLite leaves beside a file that it could not close.
  static let sideFiles = ["-journal", "-wal", "-shm"]

  /// Makes the file `destination`; after an error there is none.
  /// - Parameter write: Makes the file at the path that it is given, and closes it.
  /// - Throws: `alreadyThere` if there is a file already, or what one of that name left behind.
  static func make(_ destination: String, write: (_ draft: String) throws -> Void) throws {
    try requireRoom(for: destination)
    try make(destination, write: write) { draft in
      try requireRoom(for: destination)
      try rename(draft, to: destination)
    }
  }

  /// As above, but gives the draft its name by `publish`, which may replace a file.
  static func make(
    _ destination: String, write: (_ draft: String) throws -> Void,
    publish: (_ draft: String) throws -> Void
  ) throws {
    let draft = UnfinishedFiles.name(for: destination)
    do {
      try UnfinishedFiles.during(([""] + sideFiles).map { draft + $0 }) {
        defer {
          for side in sideFiles { unlink(draft + side) }
        }
        try write(draft)
        guard isEmpty(draft + "-wal"), isEmpty(draft + "-journal") else {
          throw RunStoreError.inputOutput(path: destination, detail: "the copy could not be closed")
        }
        try sync(draft, for: destination)
        try publish(draft)
      }
    } catch {
      // What stays behind does no harm; the error that matters is the first one.
      unlink(draft)
      throw (error as? RunStoreError)?.about(destination, insteadOf: draft) ?? error
    }
    try sync(destination.folderOfPath, for: destination)
  }

  /// Whether a new database can have this name. A log that lies there would become part of it.
  static func isFree(_ destination: String) -> Bool { obstacle(to: destination) == nil }

  /// - Throws: `alreadyThere`, with the name of what lies there.
  static func requireRoom(for destination: String) throws {
    if let path = obstacle(to: destination) { throw RunStoreError.alreadyThere(path: path) }
  }

  /// Gives a file its name, unless there is one of that name by now: a second name first, because
  /// to rename would replace the other file.
  static func rename(_ draft: String, to destination: String) throws {
    if link(draft, destination) == 0 {
      unlink(draft)
      return
    }
    guard errno != EEXIST else { throw RunStoreError.alreadyThere(path: destination) }
    // Not every file system knows second names.
    guard [EPERM, ENOTSUP, EOPNOTSUPP, ENOSYS].contains(errno) else { throw failure(destination) }
    try requireRoom(for: destination)
    guard Foundation.rename(draft, destination) == 0 else { throw failure(destination) }
  }

  /// Makes sure that what was written to a file, or the names in a folder, outlast a power cut.
  private static func sync(_ path: String, for destination: String) throws {
    let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC)
    // A folder in which one may only make files cannot be opened; its names are in it all the same.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Some file systems cannot sync folders.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(destination) }
  }

  static func failure(_ path: String) -> RunStoreError {
    let code = errno
    return code == ENOSPC || code == EDQUOT
      ? .diskFull(path: path) : .inputOutput(path: path, detail: String(cString: strerror(code)))
  }

  private static func obstacle(to destination: String) -> String? {
    var status = stat()
    if lstat(destination, &status) == 0 { return destination }
    return sideFiles.map { destination + $0 }.first { !isHarmless($0) }
  }

  /// Whether SQLite takes no notice of what lies beside a new database, and harms nothing by it: an empty
  /// file is no log, and the index of one is made anew. A link, a folder or a pipe keeps the database shut.
  private static func isHarmless(_ side: String) -> Bool {
    var status = stat()
    guard lstat(side, &status) == 0 else { return true }
    return status.st_mode & S_IFMT == S_IFREG && status.st_nlink == 1
      && (status.st_size == 0 || side.hasSuffix("-shm"))
  }

  private static func isEmpty(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) != 0 || status.st_size == 0
  }
}
