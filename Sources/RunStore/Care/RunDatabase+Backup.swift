import Foundation
import GRDB

extension RunDatabase {
  /// Copies the file to `destination`, also while runs write. What cannot be finished is removed.
  /// - Throws: `alreadyThere` if there is a file already, or the log of one.
  public func backUp(to destination: String) throws {
    try DraftFile.make(destination) { draft in try copy(toNewFile: draft) }
  }

  /// Copies the file to `draft`, which is closed afterwards.
  func copy(toNewFile draft: String) throws {
    let target = try translatingErrors(path: draft) {
      try DatabaseQueue(path: Connection.plain(draft))
    }
    do {
      try copy(to: target)
    } catch let error as DatabaseError {
      // Nobody else knows of the draft: only the file itself can be locked or damaged.
      let isOfSource = [.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_CORRUPT, .SQLITE_NOTADB]
        .contains(error.resultCode)
      throw RunStoreError(error, path: isOfSource ? path : draft)
    }
    try translatingErrors(path: draft) { try target.close() }
  }

  /// Copies the file to a new one beside it.
  /// - Returns: The path of the copy: that of the file with `.backup-1` after it, or the next number.
  public func backUpBeside() throws -> String {
    var number = 1
    while !DraftFile.isFree("\(path).backup-\(number)") { number += 1 }
    let destination = "\(path).backup-\(number)"
    try backUp(to: destination)
    return destination
  }
}
