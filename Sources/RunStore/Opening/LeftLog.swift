import Foundation
import GRDB

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
