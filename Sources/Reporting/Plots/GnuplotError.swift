import Foundation

/// Why a figure could not be drawn.
public enum GnuplotError: LocalizedError, Sendable, Hashable {
  /// There is no program of this name.
  case missing(program: String)
  /// gnuplot refused the script, or drew nothing; in its own words.
  case failed(String)
  /// The picture could not be written.
  case notWritten(path: String, reason: String)
  /// The file's name does not say which kind of picture it should hold.
  case unknownExtension(path: String)

  /// What happened.
  public var errorDescription: String? {
    switch self {
    case .missing(let program):
      "There is no program \(program), which draws the pictures."
    case .failed(let words):
      "gnuplot could not draw this: \(words)"
    case .notWritten(let path, let reason):
      "Cannot write \(path): \(reason)"
    case .unknownExtension(let path):
      "\(path) is no name for a picture."
    }
  }

  /// What to do about it.
  public var recoverySuggestion: String? {
    switch self {
    case .missing:
      "apt-get install -y gnuplot-nox"
    case .failed:
      "gnuplot --version (5.4 or newer is needed)"
    case .notWritten:
      "choose a folder that exists and that you may write to"
    case .unknownExtension:
      "end it in .svg, .png or .pdf"
    }
  }
}
