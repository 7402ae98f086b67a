import Foundation
import Reporting

/// What a person sees: results on standard output, everything else on standard error.
enum Console {
  /// Prints a result.
  /// - Throws: `OutputError` if it could not be written, such as on a full disk.
  static func print(_ text: String, terminator: String = "\n") throws {
    let output = FileOutput(.standardOutput)
    output.write(text + terminator)
    try finish(output)
  }

  /// Prints bytes as they are.
  /// - Throws: `OutputError` if they could not be written.
  static func print(_ bytes: Data) throws {
    try translatingErrors { try FileHandle.standardOutput.write(contentsOf: bytes) }
  }

  /// Ends an output to standard output.
  /// - Throws: `OutputError` if not everything could be written.
  static func finish(_ output: FileOutput) throws {
    try translatingErrors { try output.finish() }
  }

  /// A reader who went away, such as `head`, has read enough: that is no error.
  private static func translatingErrors(_ write: () throws -> Void) throws {
    do {
      try write()
    } catch {
      let failure = OutputError(place: "standard output", cause: error)
      if failure.code != EPIPE { throw failure }
    }
  }

  /// Tells a person something beside the result.
  static func tell(_ text: String) {
    // A command does its work whether someone listens or not.
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// The width of the terminal that standard error goes to, in characters.
  static var columns: Int {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return isKnown ? Int(size.ws_col) : 80
  }

  /// From now on, a reader of the output who goes away does not end the program.
  static func outliveReaders() {
    signal(SIGPIPE, SIG_IGN)
  }
}
