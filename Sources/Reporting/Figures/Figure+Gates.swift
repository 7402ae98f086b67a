import RunStore

extension LinePlot {
  /// The rows of a gate of two inputs by their right answer, and the lines on which weighted sums are 0.
  /// - Parameters:
  ///   - lines: What each is called, and its weights `w0`, `w1` and `w2`.
  ///   - remark: What tells the plane from those beside it.
  static func inputPlane(
    _ rows: [PredictionRecord], lines: [(label: String, weights: [Double])], remark: String? = nil
  ) -> LinePlot {
    let ends = -1.5...1.5
    let targets = [("target +1", 1.0), ("target −1", -1.0)].enumerated().map { family, target in
      Series(
        target.0,
        points: rows.filter { $0.target == target.1 && $0.inputs.count == 2 }.map {
          Point($0.inputs[0], $0.inputs[1])
        }, family: family, stroke: .unconnected)
    }
    let borders = lines.enumerated().map { index, line in
      Series(
        line.label, points: border(line.weights, within: ends), family: index + targets.count,
        stroke: index == 0 ? .solid : .dashed, hasMarkers: false)
    }
    return LinePlot(
      horizontal: Axis(remark.map { "x1 (\($0))" } ?? "x1", range: ends),
      vertical: Axis("x2", range: ends),
      series: targets + borders)
  }

  /// The ends of the line `w0 + w1·x1 + w2·x2 = 0` within a square; none if it does not cross it.
  private static func border(_ weights: [Double], within ends: ClosedRange<Double>) -> [Point] {
    guard weights.count == 3, weights.allSatisfy(\.isFinite) else { return [] }
    let sides = [ends.lowerBound, ends.upperBound]
    var points: [Point] = []
    if weights[2] != 0 {
      points += sides.map { Point($0, -(weights[0] + weights[1] * $0) / weights[2]) }
    }
    if weights[1] != 0 {
      points += sides.map { Point(-(weights[0] + weights[2] * $0) / weights[1], $0) }
    }
    let inside = points.filter { ends.contains($0.x) && ends.contains($0.y) }
      .sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    guard let first = inside.first, let last = inside.last, first != last else { return [] }
    return [first, last]
  }

  /// The weighted sum of each row over the number of its inputs that are +1, and the threshold.
  static func sums(_ rows: [PredictionRecord], called name: String) -> LinePlot {
    func series(_ label: String, family: Int, _ isShown: (PredictionRecord) -> Bool) -> Series {
      Series(
        label,
        points: rows.filter(isShown).compactMap { row in
          row.sum.map { Point(Double(row.inputs.count { $0 > 0 }), $0) }
        }, family: family, stroke: .unconnected)
    }
    let last = Double(rows.map(\.inputs.count).max() ?? 0)
    let shown = [
      series("\(name): right answers", family: 0) { $0.output == $0.target },
      series("wrong answers", family: 4) { $0.output != $0.target },
    ]
    return LinePlot(
      horizontal: Axis("inputs that are +1", range: -0.2...(last + 0.2), isWhole: true),
      vertical: Axis("sum s"),
      series: shown.filter { !$0.points.isEmpty } + [
        Series(
          "threshold", points: [Point(-0.2, 0), Point(last + 0.2, 0)], family: 2, stroke: .dashed,
          hasMarkers: false)
      ])
  }
}
