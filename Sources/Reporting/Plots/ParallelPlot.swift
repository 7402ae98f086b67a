import RunStore

/// Runs as lines across parallel axes: one a parameter, and the metric as the last.
public struct ParallelPlot: Sendable, Hashable {
  /// One of the axes.
  public struct Dimension: Sendable, Hashable {
    /// The name of the parameter or metric.
    public var label: String
    /// How numbers are spaced along it. Words stand in equal distances.
    public var scale: Axis.Scale

    /// An axis for `label`.
    public init(_ label: String, scale: Axis.Scale = .linear) {
      self.label = label
      self.scale = scale
    }
  }

  /// The axes, from left to right; the last one gives the lines their colour.
  public var dimensions: [Dimension]
  /// The runs, each with one value a dimension; null leaves a gap, NaN and ±∞ stand below the axis.
  public var runs: [[SQLValue]]

  /// The lines of `runs` across `dimensions`.
  public init(dimensions: [Dimension], runs: [[SQLValue]]) {
    precondition(
      runs.allSatisfy { $0.count == dimensions.count }, "A run needs one value a dimension.")
    self.dimensions = dimensions
    self.runs = runs
  }
}
