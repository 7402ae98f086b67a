import Foundation

/// Takes text into a file or the standard output, in large pieces.
///
/// `write` cannot throw, because the standard library's streams cannot; the first failure is kept, what
/// comes after it is dropped, and `finish` throws it. Of a terminal, nothing is asked but to begin a new
/// line: CSV, which has no escapes, keeps what was stored only where a program reads it.
public final class FileOutput: TextOutputStream {
  private let file: FileHandle
  private let isTerminal: Bool
  private var failure: (any Error)?

  /// An output to an open file, which stays open.
  public init(_ file: FileHandle) {
    self.file = file
    isTerminal = isatty(file.fileDescriptor) == 1
  }

  /// Writes `text` at the end.
  public func write(_ text: String) {
    guard failure == nil else { return }
    var visible = isTerminal ? VisibleText.escapingWithinLines(text) : text
    do {
      try visible.withUTF8 { bytes in
        guard let start = bytes.baseAddress else { return }
        // The text may be long: what is written is the text itself, and no copy of it.
        try file.write(
          contentsOf: Data(
            bytesNoCopy: UnsafeMutableRawPointer(mutating: start), count: bytes.count,
            deallocator: .none))
      }
    } catch {
      failure = error
    }
  }

  /// Throws what went wrong, for example that the disk is full, if anything did.
  public func finish() throws {
    if let failure { throw failure }
  }
}
