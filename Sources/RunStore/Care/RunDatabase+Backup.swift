import Foundation
import GRDB

extension RunDatabase {
  /// Copies the file to `destination`, also while runs write. What cannot be finished is removed.
  /// - Throws: `alreadyThere` if there is a file already.
  public func backUp(to destination: String) throws {
    guard !FileManager.default.fileExists(atPath: destination) else {
      throw RunStoreError.alreadyThere(path: destination)
    }
    do {
      try translatingErrors(path: destination) {
        try copy(to: try DatabaseQueue(path: Connection.plain(destination)))
      }
    } catch {
      // Half a copy is worse than none; the error that ended it is the one to report.
      try? FileManager.default.removeItem(atPath: destination)
      throw error
    }
  }

  /// Copies the file to a new one beside it.
  /// - Returns: The path of the copy: that of the file with `.backup-1` after it, or the next number.
  public func backUpBeside() throws -> String {
    var number = 1
    while FileManager.default.fileExists(atPath: "\(path).backup-\(number)") { number += 1 }
    let destination = "\(path).backup-\(number)"
    try backUp(to: destination)
    return destination
  }
}
