import Foundation
import GRDB

extension RunDatabase {
  /// Copies the file to `destination`, also while runs write. What cannot be finished is removed.
  ///
  /// The pages of the copy are checked: one that `putBack` would refuse is none.
  /// - Throws: `alreadyThere` if there is a file already, or the log of one; `corrupt` for a file whose pages
  ///   are broken.
  public func backUp(to destination: String) throws {
    try DraftFile.make(destination) { draft in
      try copy(toNewFile: draft)
      guard let damage = try Connection.asking(draft, { try $0.damage() }) else { return }
      let isOfSource = try read { try $0.damage() } != nil
      throw RunStoreError.corrupt(path: isOfSource ? path : draft, detail: damage)
    }
  }

  /// Copies the file to `draft`, which is closed afterwards.
  func copy(toNewFile draft: String) throws {
    let target = try translatingErrors(path: draft) {
      try DatabaseQueue(path: Connection.plain(draft))
    }
    do {
      try copy(to: target)
    } catch let error as DatabaseError {
      throw RunStoreError(error, path: error.isOfSource ? path : draft)
    }
    try translatingErrors(path: draft) { try target.close() }
  }

  /// Copies the file to a new one beside it, as it is, damaged or not.
  /// - Returns: The path of the copy: that of the file with `.backup-1` after it, or the next number.
  public func backUpBeside() throws -> String {
    var number = 1
    while !DraftFile.isFree("\(path).backup-\(number)") { number += 1 }
    let destination = "\(path).backup-\(number)"
    try DraftFile.make(destination) { draft in try copy(toNewFile: draft) }
    return destination
  }
}

extension RunDatabase {
  /// Puts a backup back at `path`. What is there now keeps its content under a new name; whenever
  /// the program ends, `path` leads to the old file or to the whole backup. Who follows the file by
  /// `runs.change` sees all runs of the backup, and that the others are gone.
  /// - Parameters:
  ///   - backup: The path of a tracker file, which stays as it is.
  ///   - machine: Where one can ask for processes: a file whose runs are still running is left alone.
  /// - Returns: The path that the present file has now; nil if there was none.
  public static func putBack(
    _ backup: String, at path: String, seenFrom machine: Machine, at time: Date
  ) throws -> String? {
    let source = try RunDatabase(readingFrom: backup)
    guard FileIdentity(path: backup) != FileIdentity(path: path) else {
      throw RunStoreError.restoresItself(path: path)
    }
    try source.requireSound()
    // What a symbolic link leads to is to be replaced, not the link.
    let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    try requireNoLiveRun(at: path, seenFrom: machine, at: time)
    let present = try HeldFile(path: target, named: path)
    defer { withExtendedLifetime(present) {} }
    var kept: String?
    try DraftFile.make(target) { draft in
      try source.copy(toNewFile: draft)
      if let followed = present.followed() {
        try RunDatabase(writingTo: draft).goOn(after: followed)
      }
    } publish: { draft in
      var status = stat()
      if stat(target, &status) == 0 { chmod(draft, status.st_mode & 0o777) }
      kept = try setAside(target)
      guard Foundation.rename(draft, target) == 0 else { throw DraftFile.failure(path) }
    }
    return kept
  }

  /// Numbers all changes anew, above those of the file that this one takes the place of.
  private func goOn(after other: FollowedFile) throws {
    try write { db in
      let counter = try ChangeCounter(in: db)
      let own = max(counter.value ?? 0, counter.newest)
      try ChangeCounter.renumber(
        above: min(
          max(own, other.change ?? [own, ChangeCounter.lead].clampedSum), Self.largestBase),
        in: db)
      for uuid in other.uuids { try db.run(Self.removal, ["uuid": .text(uuid)]) }
    }
  }

  /// Leaves room for more changes than there can be, whatever others have set a counter to.
  private static let largestBase = 1 << 62
  private static let removal = """
    INSERT OR REPLACE INTO removed_runs (uuid, change)
    SELECT :uuid, (SELECT value FROM metadata WHERE name = 'change')
    WHERE NOT EXISTS (SELECT 1 FROM runs WHERE uuid = :uuid)
    """

  /// A backup in which others have put what would run could not be written afterwards.
  private func requireSound() throws {
    try read { db in
      if let damage = try db.damage() { throw RunStoreError.corrupt(path: path, detail: damage) }
      try SchemaCheck(of: db, version: EmbeddedSchema.version).refuseIntruders(path: path)
    }
  }

  /// A file that cannot be read is what backups are for; one that others made is not to be replaced.
  private static func requireNoLiveRun(
    at path: String, seenFrom machine: Machine, at time: Date
  ) throws {
    do {
      let database = try RunDatabase(readingFrom: path)
      let alive = try database.read { db in
        try db.rows("SELECT id FROM runs WHERE status = 'running' ORDER BY id")
          .map { try database.fetchRun(try $0.integer("id"), in: db) }
          .first { $0.isAlive(seenFrom: machine, at: time) }
      }
      guard let alive else { return }
      throw RunStoreError.stillRunning(run: alive.id, pid: alive.pid, host: alive.host)
    } catch let error as RunStoreError {
      switch error {
      case .missing, .empty, .notADatabase, .noVersion, .corrupt, .foreignSchema, .unfitLog,
        .unexpectedValue, .invalidSQL:
        return
      default: throw error
      }
    }
  }

  /// Gives the file at `target`, and what belongs to it, the next free name.
  private static func setAside(_ target: String) throws -> String? {
    var number = 1
    while !DraftFile.isFree("\(target).before-restore-\(number)") { number += 1 }
    let kept = "\(target).before-restore-\(number)"
    // A log that stayed would become part of the backup. SQLite needs it beside the old file.
    for side in ["-journal", "-wal"] {
      guard Foundation.rename(target + side, kept + side) == 0 || errno == ENOENT else {
        throw DraftFile.failure(target + side)
      }
    }
    guard unlink(target + "-shm") == 0 || errno == ENOENT else {
      throw DraftFile.failure(target + "-shm")
    }
    // A second name first: there is a file at the path at every moment.
    guard link(target, kept) != 0 else { return kept }
    guard errno != ENOENT else { return nil }
    guard Foundation.rename(target, kept) == 0 else { throw DraftFile.failure(kept) }
    return kept
  }
}

/// What programs may know of a file that they follow by `runs.change`.
private struct FollowedFile {
  /// The number of the last change; nil if it cannot be read.
  var change: Int?
  /// The runs that are or were there.
  var uuids: [String] = []
}

/// A file that nobody else has open, and nobody else can read or write meanwhile.
private final class HeldFile {
  private var queue: DatabaseQueue?
  private let isThere: Bool

  /// - Parameter name: What to call the file in errors.
  /// - Throws: `inUse` if another connection has the file open.
  init(path: String, named name: String) throws {
    isThere = FileManager.default.fileExists(atPath: path)
    guard isThere else { return }
    // SQLite would begin to write a database into an empty file, with a journal beside it.
    guard try !Self.isTooShort(path) else {
      guard !Self.isLocked(path) else { throw RunStoreError.inUse(path: name) }
      return
    }
    do {
      var configuration = Configuration()
      // The transaction is the lock, and lasts as long as this object.
      configuration.allowsUnsafeTransactions = true
      let queue = try DatabaseQueue(path: Connection.plain(path), configuration: configuration)
      try queue.inDatabase { db in
        // Only who is alone can leave the write-ahead log, which empties it into the file; others
        // may have turned it on again until the lock is ours.
        try db.execute(sql: "PRAGMA journal_mode = DELETE")
        try db.execute(sql: "BEGIN EXCLUSIVE")
        let mode = try db.row("PRAGMA journal_mode")?.values.first?.text
        guard mode == "delete" else { throw RunStoreError.inUse(path: name) }
      }
      self.queue = queue
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_BUSY, .SQLITE_LOCKED: throw RunStoreError.inUse(path: name)
      case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_ERROR:
        guard !Self.isLocked(path) else { throw RunStoreError.inUse(path: name) }
      default: throw RunStoreError(error, path: name)
      }
    }
  }

  /// What others may have seen of the file; nil if there is none.
  func followed() -> FollowedFile? {
    guard isThere else { return nil }
    let known = try? queue?.inDatabase { db in
      // Version 1 of the file numbered no changes.
      guard try db.row("SELECT 1 FROM sqlite_schema WHERE name = 'metadata'") != nil else {
        return FollowedFile(change: 0)
      }
      return FollowedFile(
        change: try ChangeCounter(in: db).value,
        uuids: try db.rows(
          "SELECT uuid FROM runs UNION SELECT uuid FROM removed_runs ORDER BY uuid"
        )
        .map { try $0.text("uuid") })
    }
    return known ?? FollowedFile()
  }

  deinit {
    try? queue?.inDatabase { db in try db.execute(sql: "ROLLBACK") }
  }

  /// Whether a file has not even the header of a database.
  private static func isTooShort(_ path: String) throws -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { throw DraftFile.failure(path) }
    return status.st_size < 100
  }

  /// Whether another process has a lock on a file that SQLite itself refuses.
  private static func isLocked(_ path: String) -> Bool {
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    return fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
  }
}
