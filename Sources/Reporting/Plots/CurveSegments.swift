import Foundation

/// A curve cut where it cannot be drawn.
struct CurveSegments {
  /// The drawable stretches; one that leaves the shown part of the axis ends on its edge.
  private(set) var segments: [[LinePlot.Point]] = []
  /// Where the curve is interrupted.
  private(set) var ends: [LinePlot.Point] = []
  /// What the legend says about the interruptions.
  private(set) var note: String?

  private let horizontal: Axis
  private let vertical: Axis

  /// Cuts `points` at every value without a place on the axes.
  init(_ points: [LinePlot.Point], horizontal: Axis, vertical: Axis) {
    self.horizontal = horizontal
    self.vertical = vertical
    var current: [LinePlot.Point] = []
    var hidden: [(point: LinePlot.Point, reason: String)] = []
    var previous: LinePlot.Point?
    for point in points {
      if let reason = obstacle(point) {
        hidden.append((point, reason))
        if let last = current.last {
          if let edge = edge(from: last, to: point) { current.append(edge) }
          ends.append(current.last ?? last)
          segments.append(current)
          current = []
        }
      } else {
        if current.isEmpty, let edge = previous.flatMap({ edge(from: point, to: $0) }) {
          current.append(edge)
        }
        current.append(point)
      }
      previous = point
    }
    if current.isEmpty {
      note = tailNote(hidden, of: points)
    } else {
      segments.append(current)
      note = hidden.isEmpty ? nil : "× \(hidden.count) not shown"
    }
  }

  /// The curve with no more than four points in each of `columns` columns: the first, the least, the
  /// largest and the last. A picture this wide looks the same.
  func outlined(columns: Int) -> CurveSegments {
    guard let first = segments.first?.first, let last = segments.last?.last,
      segments.contains(where: { $0.count > 4 * columns })
    else { return self }
    let range = first.x...max(first.x.nextUp, last.x)
    var outline = self
    outline.segments = segments.map { points in
      guard points.count > 4 * columns else { return points }
      return points.chunked { horizontal.share(of: $0.x, in: range) * Double(columns) }
        .flatMap(Self.outline)
    }
    return outline
  }

  /// The points that say how far a stretch reaches.
  private static func outline(_ points: ArraySlice<LinePlot.Point>) -> [LinePlot.Point] {
    guard points.count > 4, let first = points.first, let last = points.last else {
      return Array(points)
    }
    var (least, largest) = (points.startIndex, points.startIndex)
    for index in points.indices {
      if points[index].y < points[least].y { least = index }
      if points[index].y > points[largest].y { largest = index }
    }
    let inner = [least, largest].sorted().map { points[$0] }
    return [first] + inner.filter { $0 != first && $0 != last } + [last]
  }

  /// Why a point cannot be drawn; nil if it can.
  private func obstacle(_ point: LinePlot.Point) -> String? {
    let y = point.y
    if !y.isFinite { return NumberText.exact(y) }
    if vertical.scale == .logarithmic, y <= 0 { return "≤ 0" }
    if let range = vertical.range {
      if y > range.upperBound { return "above \(limit(range.upperBound))" }
      if y < range.lowerBound { return "below \(limit(range.lowerBound))" }
    }
    if !vertical.canShow(y) { return "beyond \(limit(Axis.limit))" }
    return horizontal.canShow(point.x) ? nil : "no place on the axis"
  }

  private func limit(_ value: Double) -> String {
    String(format: "%.4g", value)
  }

  /// Where the line between a point inside the shown part and one outside crosses its edge.
  private func edge(from inside: LinePlot.Point, to outside: LinePlot.Point) -> LinePlot.Point? {
    guard let range = vertical.range, vertical.canShow(outside.y), horizontal.canShow(outside.x),
      inside.y != outside.y
    else { return nil }
    let limit = outside.y > inside.y ? range.upperBound : range.lowerBound
    let (low, high) = (min(inside.y, outside.y), max(inside.y, outside.y))
    let share = vertical.share(of: limit, in: low...high)
    let fromInside = outside.y > inside.y ? share : 1 - share
    return LinePlot.Point(horizontal.value(at: fromInside, from: inside.x, to: outside.x), limit)
  }

  /// Since when each reason has held, if the curve once interrupted never comes back.
  private func tailNote(
    _ hidden: [(point: LinePlot.Point, reason: String)], of points: [LinePlot.Point]
  ) -> String? {
    let visible = points.count - hidden.count
    guard !hidden.isEmpty, points.prefix(visible).allSatisfy({ obstacle($0) == nil }) else {
      return hidden.isEmpty ? nil : "× \(hidden.count) not shown"
    }
    var parts: [String] = []
    var lastReason = ""
    for (point, reason) in hidden where reason != lastReason {
      parts.append("\(reason) from \(horizontal.label) \(horizontal.text(of: point.x))")
      lastReason = reason
    }
    return parts.count <= 3
      ? "× " + parts.joined(separator: ", ") : "× \(hidden.count) not shown"
  }
}

extension [LinePlot.Point] {
  /// The stretches of neighbours whose `place` has the same whole part.
  fileprivate func chunked(by place: (LinePlot.Point) -> Double) -> [ArraySlice<LinePlot.Point>] {
    var chunks: [ArraySlice<LinePlot.Point>] = []
    var (start, current) = (startIndex, -1.0)
    for index in indices {
      let column = place(self[index]).rounded(.down)
      if column != current, index > start {
        chunks.append(self[start..<index])
        start = index
      }
      current = column
    }
    if start < endIndex { chunks.append(self[start...]) }
    return chunks
  }
}
