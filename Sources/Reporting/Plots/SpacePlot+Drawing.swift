import Foundation

extension SpacePlot: Drawing {
  func imageSize(scale: Double) -> (width: Int, height: Int) {
    (Int(800 * scale), Int(600 * scale))
  }

  func write(to writer: inout ScriptWriter) {
    let shown = points.filter { x.canShow($0.x) && y.canShow($0.y) && z.canShow($0.z) }
    let rangeX = AxisRange.around(shown.map(\.x), on: x, isTight: true)
    let rangeY = AxisRange.around(shown.map(\.y), on: y, isTight: true)
    let heights = shown.map(\.z) + planes.flatMap { corners(of: $0, rangeX, rangeY) }
    let rangeZ = AxisRange.around(heights, on: z, isTight: true)
    setSpace(rangeX, rangeY, rangeZ, in: &writer)

    let planeElements = planes.enumerated().map { index, plane in
      element(plane, index, over: rangeX, rangeY, in: &writer)
    }
    let block = writer.addBlock(
      shown.isEmpty ? [[.nan, .nan, .nan]] : shown.map { [$0.x, $0.y, $0.z] })
    let look = writer.isTerminal ? "pt 'o'" : "pt 7 ps 0.7 lc rgb '#000000'"
    let skipped = points.count - shown.count
    let label = skipped == 0 ? pointLabel : "\(pointLabel) (\(skipped) not finite, not shown)"
    let pointElement = "\(block) with points \(look) title \(writer.legendText(label))"
    writer.plot(planeElements + [pointElement], command: "splot")
  }

  private func setSpace(
    _ rangeX: ClosedRange<Double>, _ rangeY: ClosedRange<Double>, _ rangeZ: ClosedRange<Double>,
    in writer: inout ScriptWriter
  ) {
    writer.add("set xyplane relative 0")
    writer.add("set view 60, \(viewAngle(rangeX, rangeY)), \(writer.isTerminal ? 0.8 : 1), 1")
    writer.add("set key outside right top vertical Left reverse")
    for (name, axis, range) in [("x", x, rangeX), ("y", y, rangeY), ("z", z, rangeZ)] {
      writer.add("set \(name)label \(GnuplotText.quoted(axis.caption))")
      writer.add("set \(name)range \(GnuplotText.range(range))")
      writer.setTicks(name, AxisTicks.linear(range, atMost: 5))
    }
    if !writer.isTerminal {
      writer.add("set zlabel rotate by 90")
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
    in writer: inout ScriptWriter
  ) -> String {
    guard corners(of: plane, rangeX, rangeY).allSatisfy(z.canShow) else {
      let label = writer.legendText("\(plane.label) (not finite, not shown)")
      return "\(writer.addBlock([[.nan, .nan, .nan]])) with lines title \(label)"
    }
    let lines = 9
    let rows = places(rangeX, lines).map { x in
      places(rangeY, lines).map { y in [x, y, plane.value(x, y)] }
    }
    let block = writer.addBlock(Array(rows.joined(separator: [[]])))
    let style = SeriesStyle(family: index, stroke: index == 0 ? .solid : .dashed)
    let look = style.line(isTerminal: writer.isTerminal)
    return "\(block) with lines \(look) title \(writer.legendText(plane.label))"
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
