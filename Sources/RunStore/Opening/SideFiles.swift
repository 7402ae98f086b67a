import Foundation
import GRDB

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
  /// Refuses a link, a pipe or a device where SQLite wants a file: it says only that it cannot open the
  /// database, blames the disk, or takes it for an empty one.
  func refuseWhatIsNoFile() throws {
    var status = stat()
    if stat(database, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
      throw RunStoreError.cannotOpen(path: path, detail: "it is not an ordinary file")
    }
    for side in DraftFile.sideFiles.map({ database + $0 }) where lstat(side, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFREG where status.st_nlink > 1:
        throw RunStoreError.cannotOpen(
          path: side,
          detail: "it has another name (a hard link), and SQLite would write over what is there")
      case S_IFREG: continue
      case S_IFLNK: throw RunStoreError.linkedSideFile(side: side)
      default: throw RunStoreError.cannotOpen(path: side, detail: "it is not an ordinary file")
      }
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

extension SideFiles {
  /// Refuses a file whose log was left by a process that was killed and no longer fits it: SQLite believes
  /// whatever the log holds up to the place where it was cut, and would make old pages out of new ones.
  ///
  /// Only reads: the file and its log stay as they are, so that what the file holds alone can be had.
  /// - Parameter address: How SQLite reads the file.
  func refuseUnfitLog(address: String) throws {
    guard Self.size(log) > 0, Self.size(database) > 0, !isInUse else { return }
    var configuration = Connection.configuration
    // A connection that may not write does not empty the log into the file when it is closed.
    configuration.readonly = true
    let finding: String?
    do {
      let queue = try DatabaseQueue(path: address, configuration: configuration)
      finding = try queue.inDatabase { try $0.pageFaults(by: .whole).first }
    } catch let error as DatabaseError {
      // What cannot be opened at all is refused, with its reason, by who opens it next.
      guard error.resultCode == .SQLITE_CORRUPT else { return }
      finding = error.message
    }
    guard let finding else { return }
    throw RunStoreError.unfitLog(
      path: path, log: "\(path)-wal",
      detail: finding.split(separator: "\n").last.map(String.init) ?? finding)
  }

  /// Whether a process has the database open and keeps the log, as far as the system tells.
  private var isInUse: Bool {
    var status = stat()
    guard stat(index, &status) == 0 else { return false }
    // To open the index and ask for its locks would end those that this process has.
    guard let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else {
      return true
    }
    return locks.contains(":\(status.st_ino) ")
  }
}
