import Foundation
import RunStore

/// SQLite could not read or write, and this process may not make files of any size: SQLite does not say
/// that this is why, but hardly anything else makes a write fail.
struct LimitedFileSize: LocalizedError {
  let errorDescription: String?
  /// The largest size of a file, in bytes.
  let limit: UInt64

  /// Nil for any other error, or without a limit.
  init?(_ error: any LocalizedError) {
    guard case RunStoreError.inputOutput = error else { return nil }
    var limit = rlimit()
    guard getrlimit(ProcessLimit.fileSize, &limit) == 0, Int(exactly: limit.rlim_cur) != nil else {
      return nil
    }
    errorDescription = error.errorDescription
    self.limit = UInt64(limit.rlim_cur)
  }

  var recoverySuggestion: String? {
    "no file may have more than \(limit) bytes here; raise that limit with: ulimit -f unlimited"
  }
}

/// The resources of a process that the system limits.
enum ProcessLimit {
  #if os(Linux)
    static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    static let fileSize = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    static let addresses = __rlimit_resource_t(RLIMIT_AS.rawValue)
  #else
    static let openFiles = RLIMIT_NOFILE
    static let fileSize = RLIMIT_FSIZE
    static let addresses = RLIMIT_AS
  #endif
}

/// The folder for what a command writes on the way to its result.
enum TemporaryPlace {
  /// The folder.
  /// - Throws: `RunStoreError.badTemporaryFolder` if nothing can be written there.
  static func folder() throws -> URL {
    let named = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
    let folder = URL(fileURLWithPath: named.isEmpty ? "/tmp" : named, isDirectory: true)
    try ScratchFolder.requireUsable(folder)
    return folder
  }
}
