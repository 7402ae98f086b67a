/// Counts in bins of equal width.
public struct HistogramPlot: Sendable, Hashable {
  /// What stands above the panel, for example the layer.
  public var title: String
  /// What was counted.
  public var horizontal: Axis
  /// The lower edge of the first bin.
  public var lower: Double
  /// The upper edge of the last bin.
  public var upper: Double
  /// How many values lie in each bin.
  public var counts: [Int]
  /// A remark under the title, for example how many values are zero.
  public var note: String?

  /// A histogram of `counts` over `lower ... upper`.
  public init(
    title: String, horizontal: Axis, lower: Double, upper: Double, counts: [Int],
    note: String? = nil
  ) {
    self.title = title
    self.horizontal = horizontal
    self.lower = lower
    self.upper = upper
    self.counts = counts
    self.note = note
  }
}
