/// Points and planes in three dimensions, for data with two inputs and the neurons fitted to them.
public struct SpacePlot: Sendable, Hashable {
  /// One point.
  public struct Point: Sendable, Hashable {
    /// The first input.
    public var x: Double
    /// The second input.
    public var y: Double
    /// The value over them.
    public var z: Double

    /// The point (x, y, z).
    public init(_ x: Double, _ y: Double, _ z: Double) {
      self.x = x
      self.y = y
      self.z = z
    }
  }

  /// The plane `z = offset + slopeX · x + slopeY · y`.
  public struct Plane: Sendable, Hashable {
    /// Its name in the legend.
    public var label: String
    /// The value at the origin.
    public var offset: Double
    /// The slope along the first input.
    public var slopeX: Double
    /// The slope along the second input.
    public var slopeY: Double

    /// A plane with these weights.
    public init(_ label: String, offset: Double, slopeX: Double, slopeY: Double) {
      self.label = label
      self.offset = offset
      self.slopeX = slopeX
      self.slopeY = slopeY
    }

    /// The plane's value over an input.
    func value(_ x: Double, _ y: Double) -> Double {
      offset + slopeX * x + slopeY * y
    }
  }

  /// The first input.
  public var x: Axis
  /// The second input.
  public var y: Axis
  /// The value over them.
  public var z: Axis
  /// The name of the points in the legend.
  public var pointLabel: String
  /// The points.
  public var points: [Point]
  /// The planes, drawn over the range of the points.
  public var planes: [Plane]

  /// Points and planes on three axes.
  public init(
    x: Axis, y: Axis, z: Axis, pointLabel: String, points: [Point], planes: [Plane]
  ) {
    self.x = x
    self.y = y
    self.z = z
    self.pointLabel = pointLabel
    self.points = points
    self.planes = planes
  }
}
