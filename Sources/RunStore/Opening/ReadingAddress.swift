import Foundation

extension SideFiles {
  private var journal: String { database + "-journal" }
  var log: String { database + "-wal" }
  var index: String { database + "-shm" }

  /// The first of the files there are that this process may not write.
  ///
  /// One that was left by another user counts: SQLite would fail on it, not on the database.
  var unwritable: String? {
    [database, log, index].first { Self.isThere($0) && access($0, W_OK) != 0 }
  }

  /// How SQLite reads the database and leaves everything as it is.
  ///
  /// A reader makes side files as any connection does. In a file that is not theirs they could not
  /// remove them again, and what belongs to them would lock out the owner of the file.
  /// - Parameter isReadOnly: Whether the connection is to write nothing in any case. Another one has to be
  ///   open until it is closed, and removes the side files.
  func readingAddress(isReadOnly: Bool = false) throws -> String {
    try refuseWhatIsNoFile()
    try refuseSuperJournal()
    let folder = database.folderOfPath
    guard unwritable != nil || access(folder, W_OK | X_OK) != 0 else {
      let plain = try Connection.plain(path)
      return isReadOnly ? address("mode=ro") : plain
    }
    if Self.size(log) > 0 || (Self.isThere(log) && Self.isThere(index)) {
      guard access(log, R_OK) == 0, access(index, R_OK) == 0 else {
        throw RunStoreError.needsSideFile(path: path, side: "\(path)-wal")
      }
      return address("mode=ro&readonly_shm=1")
    }
    guard Self.isThere(log) || hasWriteAheadLog else { return address("mode=ro") }
    // Nobody has the file open, and everything is in it.
    guard Self.size(journal) == 0 else {
      throw RunStoreError.needsSideFile(path: path, side: "\(path)-journal")
    }
    return address("immutable=1")
  }

  /// How SQLite reads the database where the disk has no room for the index of a log; nil if the database is
  /// not whole without side files. Nobody else has it open then: the index would be there.
  var addressOnFullDisk: String? {
    hasWriteAheadLog && neededSideFile == nil ? address("immutable=1") : nil
  }

  /// The side file without which the database is not whole; nil if there is none.
  var neededSideFile: String? {
    Self.size(journal) > 0 ? "\(path)-journal" : Self.size(log) > 0 ? "\(path)-wal" : nil
  }

  /// Whether the database is in WAL mode, as its header says.
  private var hasWriteAheadLog: Bool {
    guard let file = FileHandle(forReadingAtPath: database) else { return false }
    let header = (try? file.read(upToCount: 20)) ?? Data()
    return header.count == 20 && header.suffix(2).contains(2)
  }

  private func address(_ options: String) -> String {
    let plain = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._")
    let name = database.addingPercentEncoding(withAllowedCharacters: plain) ?? database
    return "file://\(name)?\(options)"
  }

  private static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// - Returns: 0 for no file.
  static func size(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}
