import Foundation

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

extension SpacePlot: Drawing {
  func imageSize(scale: Double) -> (width: Int, height: Int) {
    (Int(800 * scale), Int(600 * scale) + 24 * (planes.count + 1))
  }

  func write(to writer: inout ScriptWriter) {
    let shown = points.filter { x.canShow($0.x) && y.canShow($0.y) && z.canShow($0.z) }
    // Planes are drawn over the values themselves.
    let rangeX = AxisRange.around(shown.map(\.x), on: x, isTight: true)
    let rangeY = AxisRange.around(shown.map(\.y), on: y, isTight: true)
    let heights =
      shown.map(\.z)
      + planes.flatMap { plane in
        let corners = corners(of: plane, rangeX, rangeY)
        return areNear(corners) ? corners : []
      }
    let space = Space(
      x: .init(x, holding: shown.map(\.x), isTight: true, in: Self.room),
      y: .init(y, holding: shown.map(\.y), isTight: true, in: Self.room),
      z: .init(z, holding: heights, isTight: true, in: Self.room))
    setSpace(space, angle: viewAngle(rangeX, rangeY), in: &writer)

    let planeElements = planes.enumerated().map { index, plane in
      element(plane, index, over: rangeX, rangeY, space, in: &writer)
    }
    let block = writer.addBlock(
      shown.isEmpty ? [[.nan, .nan, .nan]] : shown.map { space.row($0.x, $0.y, $0.z) })
    let look = writer.isTerminal ? "pt 'o'" : "pt 7 ps 0.7 lc rgb '#000000'"
    let skipped = points.count - shown.count
    let label = skipped == 0 ? pointLabel : "\(pointLabel) (\(skipped) not finite, not shown)"
    let pointElement = "\(block) with points \(look) title \(writer.legendTexts([label])[0])"
    writer.plot(planeElements + [pointElement], command: "splot")
  }

  /// The numbers along each axis.
  private static let room = AxisTicks.Room(count: 5)

  private func setSpace(_ space: Space, angle: Int, in writer: inout ScriptWriter) {
    writer.add("set xyplane relative 0")
    writer.add("set view 60, \(angle), \(writer.isTerminal ? 0.8 : 1), 1")
    writer.add("set key \(writer.isTerminal ? "outside right top vertical" : "below") Left reverse")
    for (name, axis) in [("x", space.x), ("y", space.y), ("z", space.z)] {
      writer.add("set \(name)label \(GnuplotText.quoted(axis.caption))")
      writer.setAxis(name, axis)
    }
    if !writer.isTerminal {
      writer.add("set zlabel rotate by 90")
      // The names of the axes stand below the space, where the legend would meet them.
      writer.add("set bmargin 6")
      writer.add("set border lc rgb '#555555'")
      writer.add("set grid lc rgb '#dddddd' lt 1 lw 0.5")
    }
  }

  /// The turn about the vertical axis, in whole degrees, that shows the first plane's face: the viewer stands
  /// below its slope, somewhat aside, so that no axis is seen end on.
  private func viewAngle(_ rangeX: ClosedRange<Double>, _ rangeY: ClosedRange<Double>) -> Int {
    guard let plane = planes.first else { return 30 }
    let riseX = plane.slopeX * (rangeX.upperBound - rangeX.lowerBound)
    let riseY = plane.slopeY * (rangeY.upperBound - rangeY.lowerBound)
    guard riseX.isFinite, riseY.isFinite, riseX != 0 || riseY != 0 else { return 30 }
    let quarter = (atan2(-riseX, riseY) * 2 / .pi).rounded(.down)
    return (Int(quarter) * 90 + 30 + 360) % 360
  }

  private func element(
    _ plane: Plane, _ index: Int, over rangeX: ClosedRange<Double>, _ rangeY: ClosedRange<Double>,
    _ space: Space, in writer: inout ScriptWriter
  ) -> String {
    let corners = corners(of: plane, rangeX, rangeY)
    guard areNear(corners) else {
      let reason = corners.allSatisfy(\.isFinite) ? "far from the data" : "not finite"
      let label = writer.legendTexts(["\(plane.label) (\(reason), not shown)"])[0]
      return "\(writer.addBlock([[.nan, .nan, .nan]])) with lines title \(label)"
    }
    let lines = 9
    let rows = places(rangeX, lines).map { x in
      places(rangeY, lines).map { y in space.row(x, y, plane.value(x, y)) }
    }
    let block = writer.addBlock(Array(rows.joined(separator: [[]])))
    let style = SeriesStyle(family: index, stroke: index == 0 ? .solid : .dashed)
    let look = style.line(in: writer)
    return "\(block) with lines \(look) title \(writer.legendTexts([plane.label])[0])"
  }

  /// Whether a plane with these corners leaves room for the points: one of a run that diverged would make
  /// all else flat.
  private func areNear(_ corners: [Double]) -> Bool {
    let reach = points.map(\.z.magnitude).filter(\.isFinite).max() ?? 0
    return corners.allSatisfy { z.canShow($0) && (reach == 0 || $0.magnitude <= 100 * reach) }
  }

  private func corners(
    of plane: Plane, _ rangeX: ClosedRange<Double>, _ rangeY: ClosedRange<Double>
  ) -> [Double] {
    [rangeX.lowerBound, rangeX.upperBound].flatMap { x in
      [rangeY.lowerBound, rangeY.upperBound].map { y in plane.value(x, y) }
    }
  }

  private func places(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
    (0..<count).map {
      range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(count - 1)
    }
  }
}

/// Where points stand on the three axes.
private struct Space {
  let x: AxisPlacement
  let y: AxisPlacement
  let z: AxisPlacement

  func row(_ x: Double, _ y: Double, _ z: Double) -> [Double] {
    [self.x.place(x), self.y.place(y), self.z.place(z)]
  }
}
