import Foundation

/// A result could not be written.
struct OutputError: Error, Equatable {
  /// Where to.
  let place: String
  /// The system's number of what went wrong; nil if it gave none.
  let code: Int32?
  /// What went wrong, in the system's words.
  let reason: String

  /// Finds the system's reason in `cause`.
  init(place: String, cause: any Error) {
    let error = cause as NSError
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? any Error
    let root = underlying.map { $0 as NSError } ?? error
    self.place = place
    code = root.domain == NSPOSIXErrorDomain ? Int32(root.code) : nil
    reason = code.map { String(cString: strerror($0)) } ?? "\(cause)"
  }
}

extension OutputError: HintedError {
  var message: String { "Cannot write to \(place): \(reason)." }

  var hint: String {
    switch code {
    case ENOSPC: "make room on the disk, or write to another one"
    case ENOENT, ENOTDIR: "make the folder first, or name a file in another one"
    case EISDIR: "name a file in that folder"
    default: "check the permissions, or write to another place"
    }
  }
}

/// Writes a file, whole or not at all.
/// - Throws: `OutputError`.
func writeFile(_ bytes: Data, to path: String) throws {
  do {
    try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    throw OutputError(place: path, cause: error)
  }
}
