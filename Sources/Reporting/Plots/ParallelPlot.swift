import RunStore

/// Runs as lines across parallel axes: one a parameter, and the metric as the last.
public struct ParallelPlot: Sendable, Hashable {
  /// One of the axes.
  public struct Dimension: Sendable, Hashable {
    /// The name of the parameter or metric.
    public var label: String
    /// How numbers are spaced along it. Words stand in equal distances, above the numbers.
    public var scale: Axis.Scale
    /// Whether numbers far from all others have a place of their own, so that they do not squeeze these.
    public var partsOutliers: Bool

    /// An axis for `label`.
    public init(_ label: String, scale: Axis.Scale = .linear, partsOutliers: Bool = false) {
      self.label = label
      self.scale = scale
      self.partsOutliers = partsOutliers
    }
  }

  /// The axes, from left to right; the last one gives the lines their colour.
  public var dimensions: [Dimension]
  /// The runs, each with one value a dimension. Null, nil for what a run does not have, NaN and ±∞ have
  /// places of their own below the axis.
  public var runs: [[SQLValue?]]
  /// Which values of the last dimension are better, and darker; nil if nobody knows.
  public var goal: MetricGoal?

  /// The lines of `runs` across `dimensions`.
  public init(dimensions: [Dimension], runs: [[SQLValue?]], goal: MetricGoal? = nil) {
    precondition(
      runs.allSatisfy { $0.count == dimensions.count }, "A run needs one value a dimension.")
    self.dimensions = dimensions
    self.runs = runs
    self.goal = goal
  }
}
