import Foundation

/// The repository whose work tree a directory is in, found without git and without running anything.
///
/// Git itself would also take a folder for a repository that only looks like a bare one, and such a
/// folder can be part of what was committed; here only what is called `.git` counts.
struct GitRepository: Sendable, Equatable {
  /// The folder with `HEAD`; that of a linked work tree is its own.
  let gitFolder: String
  /// The folder that holds the checked out files.
  let workTree: String
  /// Everything whose owner decides what git would do.
  let owned: [String]

  /// Looks for `.git` in a directory and above, on the same file system, as git does.
  init?(containing directory: String) {
    guard var folder = resolved(directory), let start = FileStatus(folder) else { return nil }
    while true {
      let entry = folder == "/" ? "/.git" : folder + "/.git"
      if let gitFolder = Self.gitFolder(at: entry) {
        self.gitFolder = gitFolder
        workTree = folder
        owned = [folder, entry, gitFolder, Self.commonFolder(of: gitFolder)]
        return
      }
      guard folder != "/" else { return nil }
      folder = folder.folderOfPath
      guard FileStatus(folder)?.device == start.device else { return nil }
    }
  }

  /// The owner of a part of the repository that belongs to someone else than `user`; nil if there is
  /// none.
  func otherOwner(than user: uid_t) -> uid_t? {
    for path in owned {
      // Of a link, its own owner counts, and that of what it leads to.
      for followsLinks in [false, true] {
        guard let owner = FileStatus(path, followsLinks: followsLinks)?.owner else { continue }
        if owner != user { return owner }
      }
    }
    return nil
  }

  /// What `.git` is, or leads to; nil if that is no folder of a repository.
  private static func gitFolder(at entry: String) -> String? {
    guard let status = FileStatus(entry) else { return nil }
    if status.isFolder { return isGitFolder(entry) ? entry : nil }
    let prefix = "gitdir: "
    guard let line = smallFile(entry), line.hasPrefix(prefix) else { return nil }
    let target = String(line.dropFirst(prefix.count))
    let base = entry.folderOfPath
    guard let folder = resolved(target.hasPrefix("/") ? target : base + "/" + target) else {
      return nil
    }
    return isGitFolder(folder) ? folder : nil
  }

  private static func isGitFolder(_ folder: String) -> Bool {
    let common = commonFolder(of: folder)
    return FileStatus(folder + "/HEAD", followsLinks: false) != nil
      && ["/objects", "/refs"].allSatisfy { FileStatus(common + $0)?.isFolder ?? false }
  }

  /// The folder that linked work trees share.
  private static func commonFolder(of gitFolder: String) -> String {
    guard let line = smallFile(gitFolder + "/commondir") else { return gitFolder }
    return resolved(line.hasPrefix("/") ? line : gitFolder + "/" + line) ?? gitFolder
  }

  /// The content of a file of one line, without the line's end.
  private static func smallFile(_ path: String) -> String? {
    // Anything but an ordinary file, such as a pipe, could keep a reader waiting for ever.
    guard let status = FileStatus(path), status.isOrdinaryFile, status.size < 1 << 16,
      let bytes = FileManager.default.contents(atPath: path),
      let text = String(bytes: bytes, encoding: .utf8)
    else { return nil }
    return text.trimmingCharacters(in: .newlines)
  }
}

/// Whether there is a file at the path that may be run; a folder may be entered, and is none.
func isProgram(_ path: String) -> Bool {
  FileStatus(path)?.isOrdinaryFile == true && access(path, X_OK) == 0
}

/// What the system says of a path.
private struct FileStatus {
  private let status: stat

  init?(_ path: String, followsLinks: Bool = true) {
    var status = stat()
    guard (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
    self.status = status
  }

  var owner: uid_t { status.st_uid }
  var device: dev_t { status.st_dev }
  var size: Int { Int(status.st_size) }
  var isFolder: Bool { status.st_mode & S_IFMT == S_IFDIR }
  var isOrdinaryFile: Bool { status.st_mode & S_IFMT == S_IFREG }
}

/// The path without links and dots; nil if there is nothing at it.
private func resolved(_ path: String) -> String? {
  guard let pointer = realpath(path, nil) else { return nil }
  defer { free(pointer) }
  return String(validatingCString: pointer)
}
