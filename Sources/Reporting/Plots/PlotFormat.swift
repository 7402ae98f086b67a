/// Where a figure is drawn.
public enum PlotFormat: Sendable, Hashable {
  /// In characters, in a terminal this large.
  case terminal(columns: Int, rows: Int)
  /// As Scalable Vector Graphics, on white.
  case svg
  /// As Portable Network Graphics, in pixels.
  case png
  /// As a page in the Portable Document Format.
  case pdf

  /// The format of a file with this extension, in any case; nil if there is none.
  public init?(fileExtension: String) {
    switch fileExtension.lowercased() {
    case "svg": self = .svg
    case "png": self = .png
    case "pdf": self = .pdf
    default: return nil
    }
  }

  /// Whether there are only characters to draw with.
  var isTerminal: Bool {
    if case .terminal = self { true } else { false }
  }
}
