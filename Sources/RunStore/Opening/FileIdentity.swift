import Foundation

/// Which file a path leads to: the same path may lead to another one later, and two paths to one.
struct FileIdentity: Equatable {
  private let device: UInt64
  private let number: UInt64

  /// - Returns: nil if there is no file.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
  }
}

extension RunDatabase {
  /// How many names the file at `path` has; nil if there is none.
  ///
  /// SQLite keeps its log beside each name: programs that write through two names of one file at
  /// once do not see each other, and runs are lost. A program should warn of more than one.
  public static func nameCount(ofFileAt path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_nlink)
  }
}
