/// A picture as a value: what it shows, not how it is drawn.
///
/// `GnuplotScript` writes it down for gnuplot, `Gnuplot` draws it.
public struct Figure: Sendable, Hashable {
  /// One picture within the figure, with axes of its own.
  public enum Panel: Sendable, Hashable {
    /// Curves over a common horizontal axis.
    case lines(LinePlot)
    /// Counts in bins.
    case histogram(HistogramPlot)
    /// A colour, or a character, for each field of a grid.
    case heatMap(HeatMap)
    /// Points and planes in three dimensions.
    case space(SpacePlot)
    /// Runs as lines across one axis a parameter.
    case parallel(ParallelPlot)
    /// Small matrices as images, for the kernels of a convolution.
    case tiles(TilePlot)
  }

  /// What stands above it all.
  public var title: String
  /// The panels, drawn row by row.
  public var panels: [Panel]

  /// A figure of `panels` under a title.
  public init(title: String, panels: [Panel]) {
    self.title = title
    self.panels = panels
  }

  /// A figure of one panel.
  public init(title: String, _ panel: Panel) {
    self.init(title: title, panels: [panel])
  }
}
