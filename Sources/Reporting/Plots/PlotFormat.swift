/// Where a figure is drawn.
public enum PlotFormat: Sendable, Hashable {
  /// In characters, in a terminal this large.
  case terminal(columns: Int, rows: Int, colours: Colours = .none)
  /// As Scalable Vector Graphics, on white.
  case svg
  /// As Portable Network Graphics, in pixels.
  case png
  /// As a page in the Portable Document Format.
  case pdf

  /// The colours of a terminal.
  public enum Colours: Sendable, Hashable {
    /// None, as in a file.
    case none
    /// The eight of ANSI.
    case eight
    /// The 256 that most terminals have.
    case many

    /// What gnuplot calls them.
    var mode: String {
      switch self {
      case .none: "mono"
      case .eight: "ansi"
      case .many: "ansi256"
      }
    }
  }

  /// The format of a file with this extension, in any case; nil if there is none.
  public init?(fileExtension: String) {
    switch fileExtension.lowercased() {
    case "svg": self = .svg
    case "png": self = .png
    case "pdf": self = .pdf
    default: return nil
    }
  }
}
