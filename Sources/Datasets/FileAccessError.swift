import Foundation

/// Why a file could not be read at all, whatever it should hold.
public enum FileAccessError: LocalizedError, Hashable, Sendable {
  /// There is nothing at `path`.
  case missing(path: String)
  /// `path` is a folder where a file is needed.
  case isFolder(path: String)
  /// `path` is a device, a pipe or a socket, which cannot be read as a whole.
  case notARegularFile(path: String)
  /// The system refuses to open or to read `path`; `reason` is its wording.
  case unreadable(path: String, reason: String)

  /// What is wrong, in a sentence that names the file.
  public var errorDescription: String? {
    switch self {
    case .missing(let path): "There is no file \(path)."
    case .isFolder(let path): "\(path) is a folder, not a file."
    case .notARegularFile(let path): "\(path) is not a regular file."
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)."
    }
  }

  /// What to do next.
  public var recoverySuggestion: String? {
    switch self {
    case .missing: "check the name of the file and the folder you are in"
    case .isFolder: "name a file in that folder"
    case .notARegularFile: "copy its content to a file and name that"
    case .unreadable: "check the file's permissions and the disk it is on"
    }
  }
}
