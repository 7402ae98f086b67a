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
