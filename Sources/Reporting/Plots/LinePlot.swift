/// Curves over a common horizontal axis: losses, metrics, errors.
///
/// A value that has no place on the axes (NaN, ±∞, or zero and less on a logarithmic axis) interrupts its
/// curve: the last point before it is marked with a cross, and the legend says what happened. Curves that end
/// that way, or grow far beyond the others, do not stretch the vertical axis.
public struct LinePlot: Sendable, Hashable {
  /// One point of a curve.
  public struct Point: Sendable, Hashable {
    /// The place along the horizontal axis.
    public var x: Double
    /// The value.
    public var y: Double

    /// The value `y` at `x`.
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// The spread around a curve at one place.
  public struct Spread: Sendable, Hashable {
    /// The place along the horizontal axis.
    public var x: Double
    /// Where the band begins.
    public var lower: Double
    /// Where the band ends.
    public var upper: Double

    /// A band from `lower` to `upper` at `x`.
    public init(_ x: Double, lower: Double, upper: Double) {
      self.x = x
      self.lower = lower
      self.upper = upper
    }
  }

  /// A few characters at a point of a curve.
  public struct Remark: Sendable, Hashable {
    /// Where.
    public var point: Point
    /// What is written.
    public var text: String

    /// `text` at `point`.
    public init(_ point: Point, _ text: String) {
      self.point = point
      self.text = text
    }
  }

  /// One curve.
  public struct Series: Sendable, Hashable {
    /// How the line is drawn.
    public enum Stroke: Sendable, Hashable, CaseIterable {
      /// Unbroken.
      case solid
      /// In dashes.
      case dashed
      /// Markers alone.
      case unconnected
    }

    /// Its name in the legend.
    public var label: String
    /// Its points, by rising `x`.
    public var points: [Point]
    /// The band around it at some of its points, by rising `x`; empty for none.
    public var band: [Spread]
    /// Curves of one family share colour and marker, for example training and validation of one run;
    /// each curve is a family of its own if absent.
    public var family: Int?
    /// Tells the members of a family apart.
    public var stroke: Stroke
    /// Whether markers stand on the line.
    public var hasMarkers: Bool
    /// What the member is called where families are too many for a legend.
    public var member: String?
    /// What is written at places of the curve.
    public var remarks: [Remark]

    /// A curve through `points`.
    public init(
      _ label: String, points: [Point], band: [Spread] = [], family: Int? = nil,
      stroke: Stroke = .solid, member: String? = nil, remarks: [Remark] = [],
      hasMarkers: Bool = true
    ) {
      self.label = label
      self.points = points
      self.band = band
      self.family = family
      self.stroke = stroke
      self.member = member
      self.remarks = remarks
      self.hasMarkers = hasMarkers
    }
  }

  /// What the curves run over, for example epochs.
  public var horizontal: Axis
  /// What they show.
  public var vertical: Axis
  /// The curves, in the order of the legend.
  public var series: [Series]

  /// A plot of `series` on two axes.
  public init(horizontal: Axis, vertical: Axis, series: [Series]) {
    self.horizontal = horizontal
    self.vertical = vertical
    self.series = series
  }
}
