import Foundation

/// The files that SQLite keeps beside a database, or finds there and believes.
struct SideFiles {
  /// The path of the database, as it was given.
  let path: String
  /// Where it is, without symbolic links: SQLite looks for the other files beside this one.
  let database: String

  init(of path: String) throws {
    self.path = path
    let given = URL(fileURLWithPath: path)
    let folder = given.deletingLastPathComponent().path
    database =
      try Self.resolved(path)
      ?? ((Self.resolved(folder) ?? folder) as NSString)
      .appendingPathComponent(given.lastPathComponent)
  }

  /// - Returns: nil if there is nothing of that name.
  private static func resolved(_ path: String) throws -> String? {
    guard let bytes = realpath(path, nil) else { return nil }
    defer { free(bytes) }
    // Beside another name than the true one nothing would be found.
    guard let resolved = String(validatingCString: bytes) else {
      throw RunStoreError.cannotOpen(path: path, detail: "it leads to a name that is not UTF-8")
    }
    return resolved
  }
}

extension SideFiles {
  /// Refuses a link where SQLite wants a file: it says only that it cannot open the database.
  func refuseLinks() throws {
    var status = stat()
    for side in DraftFile.sideFiles.map({ database + $0 })
    where lstat(side, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK {
      throw RunStoreError.linkedSideFile(side: side)
    }
  }

  /// What the record at the end of a journal that names a super-journal ends with.
  private static let superJournalMark: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]

  /// Refuses a journal of a transaction over several files, before SQLite sees it.
  ///
  /// To roll such a journal back, SQLite deletes the file that it names, whatever file that is: one
  /// that came with a database of someone else could remove any file of the person who only lists it.
  func refuseSuperJournal() throws {
    for journal in Set(["\(path)-journal", "\(database)-journal"]).sorted()
    where try Self.end(of: journal, count: Self.superJournalMark.count) == Self.superJournalMark {
      throw RunStoreError.journalOfSeveralFiles(path: journal)
    }
  }

  /// The last bytes of a file; nil if it is shorter, or cannot be read, which SQLite cannot either.
  private static func end(of path: String, count: Int) throws -> [UInt8]? {
    // A pipe of that name would otherwise wait for its other end for ever, as SQLite does.
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw RunStoreError.cannotOpen(path: path, detail: "it is not an ordinary file")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    guard pread(file, &bytes, count, status.st_size - off_t(count)) == count else { return nil }
    return bytes
  }
}
